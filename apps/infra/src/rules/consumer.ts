import { LambdaEventSourceMapping } from "@cdktf/provider-aws/lib/lambda-event-source-mapping/index.js";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function/index.js";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import { QueueRedrivePolicy } from "@image-pipeline/schema/aws";
import type { TerraformStack } from "cdktf";
import { resolved } from "./resolved.ts";
import type { Rule } from "./rule.ts";

/** A queue, the function that consumes it, and what lies between: as the stack has them, not as the config asked. */
export interface Consumer {
  queue: string;
  function: string;
  functionTimeoutSeconds: number;
  visibilityTimeoutSeconds: number;
  batchingWindowSeconds: number;
  retentionSeconds: number;
  /** Null where the queue has no DLQ. */
  deadLetter: { retentionSeconds: number; maxReceiveCount: number } | null;
  maximumConcurrency: number | null;
  reservedConcurrency: number | null;
}

/** Every rule a queue and its function must keep together, with its source. */
export const CONSUMER_RULES: readonly Rule<Consumer>[] = [
  {
    // docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    broken: (c) => c.visibilityTimeoutSeconds < 6 * c.functionTimeoutSeconds + c.batchingWindowSeconds,
    because: (c) =>
      `${c.queue}: its visibility timeout ${c.visibilityTimeoutSeconds}s must be at least 6x the time-out of ${c.function} (${c.functionTimeoutSeconds}s) plus the batching window (${c.batchingWindowSeconds}s)`,
  },
  {
    broken: (c) => c.deadLetter === null,
    because: (c) => `${c.queue}: must have a DLQ, or a poison message comes round until its retention ends`,
  },
  {
    // A message keeps its first enqueue time in the DLQ.
    broken: (c) => c.deadLetter !== null && c.deadLetter.retentionSeconds <= c.retentionSeconds,
    because: (c) =>
      `${c.queue}: its DLQ keeps messages ${toDays(c.deadLetter?.retentionSeconds)}, which must be longer than the queue's own ${toDays(c.retentionSeconds)}`,
  },
  {
    // Throttled batches count as received: docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    broken: (c) => c.deadLetter !== null && c.deadLetter.maxReceiveCount < 5,
    because: (c) =>
      `${c.queue}: its maxReceiveCount ${c.deadLetter?.maxReceiveCount} must be at least 5, or throttling alone sends good messages to the DLQ`,
  },
  {
    broken: (c) =>
      c.maximumConcurrency !== null &&
      c.reservedConcurrency !== null &&
      c.maximumConcurrency > c.reservedConcurrency,
    because: (c) =>
      `${c.queue}: the maximumConcurrency of its poller ${c.maximumConcurrency} must not exceed the reservedConcurrency of ${c.function} ${c.reservedConcurrency}, or the poller is throttled`,
  },
];

/** Every event source mapping of a stack with what it joins; SQS's and Lambda's defaults where nothing is set. */
export function toConsumers(stack: TerraformStack): Consumer[] {
  const all = stack.node.findAll();
  const byArn = <Resource extends { arn: string }>(resources: Resource[], arn: string | undefined) =>
    resources.find((resource) => resolved(stack, resource.arn) === resolved(stack, arn));
  const queues = all.filter((construct) => construct instanceof SqsQueue);
  const functions = all.filter((construct) => construct instanceof LambdaFunction);
  return all
    .filter((construct) => construct instanceof LambdaEventSourceMapping)
    .flatMap((mapping) => {
      const queue = byArn(queues, mapping.eventSourceArnInput);
      const consumer = byArn(functions, mapping.functionNameInput);
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
