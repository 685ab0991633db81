import { LambdaAlias } from "@cdktf/provider-aws/lib/lambda-alias/index.js";
import { LambdaEventSourceMapping } from "@cdktf/provider-aws/lib/lambda-event-source-mapping/index.js";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function/index.js";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import { QueueRedrivePolicy } from "@image-pipeline/schema/aws";
import type { TerraformStack } from "cdktf";
import { resolved } from "../resolved.ts";
import type { Rule } from "./rule.ts";

/** A queue, the function that consumes it, and the mapping between them, as in the stack. */
export interface Consumer {
  queue: string;
  function: string;
  functionTimeoutSeconds: number;
  visibilityTimeoutSeconds: number;
  batchingWindowSeconds: number;
  retentionSeconds: number;
  /** Null if the queue has no DLQ. */
  deadLetter: { retentionSeconds: number; maxReceiveCount: number } | null;
  maximumConcurrency: number | null;
  reservedConcurrency: number | null;
}

/** Rules between a queue and its function, with their sources. */
export const CONSUMER_RULES: readonly Rule<Consumer>[] = [
  {
    // docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    broken: (c) => c.visibilityTimeoutSeconds < 6 * c.functionTimeoutSeconds + c.batchingWindowSeconds,
    because: (c) =>
      `${c.queue}: the visibility timeout is ${c.visibilityTimeoutSeconds} s; it must be at least 6 times the timeout of ${c.function} (${c.functionTimeoutSeconds} s) plus the batching window (${c.batchingWindowSeconds} s)`,
  },
  {
    broken: (c) => c.deadLetter === null,
    because: (c) =>
      `${c.queue}: add a DLQ; without one, a message that always fails is received again until it expires`,
  },
  {
    // A message keeps its first enqueue time in the DLQ.
    broken: (c) => c.deadLetter !== null && c.deadLetter.retentionSeconds <= c.retentionSeconds,
    because: (c) =>
      `${c.queue}: its DLQ keeps messages for ${toDays(c.deadLetter?.retentionSeconds)}; this must be longer than the queue's own retention of ${toDays(c.retentionSeconds)}`,
  },
  {
    // Throttled batches count as received: docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    broken: (c) => c.deadLetter !== null && c.deadLetter.maxReceiveCount < 5,
    because: (c) =>
      `${c.queue}: maxReceiveCount is ${c.deadLetter?.maxReceiveCount}; it must be at least 5, because throttling alone would send valid messages to the DLQ`,
  },
  {
    broken: (c) =>
      c.maximumConcurrency !== null &&
      c.reservedConcurrency !== null &&
      c.maximumConcurrency > c.reservedConcurrency,
    because: (c) =>
      `${c.queue}: maximumConcurrency is ${c.maximumConcurrency}; it must not exceed the reservedConcurrency of ${c.function} (${c.reservedConcurrency}), because Lambda would throttle the queue's poller`,
  },
];

/** Returns every event source mapping of a stack with its queue and function; unset values are the defaults of SQS and Lambda. */
export function toConsumers(stack: TerraformStack): Consumer[] {
  const all = stack.node.findAll();
  const byArn = <Resource extends { arn: string }>(resources: Resource[], arn: string | undefined) =>
    resources.find((resource) => resolved(stack, resource.arn) === resolved(stack, arn));
  const functionOf = (aliasArn: string | undefined) => {
    const name = byArn(aliases, aliasArn)?.functionNameInput;
    return functions.find((one) => resolved(stack, one.functionName) === resolved(stack, name));
  };
  const queues = all.filter((construct) => construct instanceof SqsQueue);
  const functions = all.filter((construct) => construct instanceof LambdaFunction);
  const aliases = all.filter((construct) => construct instanceof LambdaAlias);
  return all
    .filter((construct) => construct instanceof LambdaEventSourceMapping)
    .flatMap((mapping) => {
      const queue = byArn(queues, mapping.eventSourceArnInput);
      const consumer = byArn(functions, mapping.functionNameInput) ?? functionOf(mapping.functionNameInput);
      if (!queue || !consumer) return [];
      const redrive =
        queue.redrivePolicyInput && QueueRedrivePolicy.parse(JSON.parse(queue.redrivePolicyInput));
      const deadLetter = redrive ? byArn(queues, redrive.deadLetterTargetArn) : undefined;
      return {
        ...toTimes(queue, consumer, mapping),
        deadLetter:
          redrive && deadLetter
            ? { retentionSeconds: retentionOf(deadLetter), maxReceiveCount: redrive.maxReceiveCount }
            : null,
        maximumConcurrency: mapping.scalingConfigInput?.maximumConcurrency ?? null,
        reservedConcurrency: consumer.reservedConcurrentExecutionsInput ?? null,
      };
    });
}

function toTimes(queue: SqsQueue, consumer: LambdaFunction, mapping: LambdaEventSourceMapping) {
  return {
    queue: queue.nameInput ?? queue.node.path,
    function: consumer.functionNameInput ?? consumer.node.path,
    functionTimeoutSeconds: consumer.timeoutInput ?? 3,
    visibilityTimeoutSeconds: queue.visibilityTimeoutSecondsInput ?? 30,
    batchingWindowSeconds: mapping.maximumBatchingWindowInSecondsInput ?? 0,
    retentionSeconds: retentionOf(queue),
  };
}

function retentionOf(queue: SqsQueue): number {
  return queue.messageRetentionSecondsInput ?? 4 * 24 * 60 * 60;
}

function toDays(seconds: number | undefined): string {
  return `${(seconds ?? 0) / (24 * 60 * 60)} days`;
}
