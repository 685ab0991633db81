import { LambdaEventSourceMapping } from "@cdktf/provider-aws/lib/lambda-event-source-mapping/index.js";
import type { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import { Construct } from "constructs";
import type { StackContext } from "../deployment.ts";
import { consumeQueue } from "../policies/consumer-policy.ts";
import { useKeyThrough } from "../policies/key-policy.ts";
import type { Statement } from "../policies/policy-document.ts";
import type { Watch } from "../watches/watch.ts";
import { type FunctionSettings, NodeFunction, type NodeFunctionProps } from "./node-function.ts";

/** Settings of a function and of its poller. A section of the config such as `worker` is one. */
export interface ConsumerSettings extends Omit<FunctionSettings, "reservedConcurrency"> {
  /** Same as for any function; `"maximumConcurrency"` reserves one execution for each concurrent batch. */
  reservedConcurrency: number | null | "maximumConcurrency";
  /** Maximum number of batches that Lambda's poller has in flight. */
  maximumConcurrency: number;
  batchSize: number;
  batchingWindowSeconds: number;
  /** Number of receives after which a message goes to the DLQ. */
  maxReceiveCount: number;
}

/** A function that returns the failed messages of a batch (`ReportBatchItemFailures`). */
export interface FunctionConsumer extends Pick<NodeFunctionProps, "zip" | "handler" | "description"> {
  /** Name of the function, `<prefix>-<name>`, and of its alarms (default: the subscriber's name). */
  name?: string;
  settings: ConsumerSettings;
  /** Age of the oldest message, in seconds, at which an alarm goes off. */
  maxQueueAgeSeconds: number;
  environment(queueUrl: string): Record<string, string>;
  /** Permissions of the handler; receiving from its queue, its log and its traces are always allowed. */
  permissions(queueArn: string): readonly Statement[];
  /** Services beside SQS whose data the function reads or writes under the pipeline's key, such as `s3`. */
  keyServices?: readonly string[];
  /** Additional watches; those of its queue, errors, throttles and duration are always created. */
  watches?(functionName: string): readonly Watch[];
}

export interface CreateConsumerProps {
  /** Name of the function in alarm names. */
  name: string;
  queue: SqsQueue;
  consumer: FunctionConsumer;
}

/** Creates a consumer's function, and Lambda's poller between it and its queue. */
export function createConsumer(
  scope: Construct,
  context: StackContext,
  { name, queue, consumer }: CreateConsumerProps,
): NodeFunction {
  const { pipeline, decryptionKeyArn, names } = context;
  const { settings } = consumer;
  const watches = consumer.watches?.(names.function(name)) ?? [];
  const handler = new NodeFunction(scope, "Handler", context, {
    ...consumer,
    functionName: names.function(name),
    settings: { ...settings, reservedConcurrency: toReservedConcurrency(settings) },
    environment: consumer.environment(queue.url),
    permissions: [
      ...consumer.permissions(queue.arn),
      consumeQueue(queue.arn),
      ...useKeyThrough(decryptionKeyArn, pipeline.region, [...(consumer.keyServices ?? []), "sqs"]),
    ],
    rollbackAlarms: [`${name}-errors`, ...watches.map((watch) => watch.name)],
  });
  new LambdaEventSourceMapping(new Construct(scope, "Consumer"), "Mapping", {
    eventSourceArn: queue.arn,
    functionName: handler.live.arn,
    batchSize: settings.batchSize,
    maximumBatchingWindowInSeconds: settings.batchingWindowSeconds,
    functionResponseTypes: ["ReportBatchItemFailures"],
    scalingConfig: { maximumConcurrency: settings.maximumConcurrency },
    // Lambda refuses a mapping if the role may not receive yet.
    dependsOn: [handler.rolePolicy],
  });
  return handler;
}

function toReservedConcurrency({ reservedConcurrency, maximumConcurrency }: ConsumerSettings): number | null {
  return reservedConcurrency === "maximumConcurrency" ? maximumConcurrency : reservedConcurrency;
}
