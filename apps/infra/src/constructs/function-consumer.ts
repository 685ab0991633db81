import { LambdaEventSourceMapping } from "@cdktf/provider-aws/lib/lambda-event-source-mapping/index.js";
import type { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import { Construct } from "constructs";
import type { HandlerZip } from "../handler-zips.ts";
import type { Watch } from "../observability/watch.ts";
import { consumeQueue } from "../policies/consumer-policy.ts";
import { useKeyThrough } from "../policies/key-policy.ts";
import type { Statement } from "../policies/policy-document.ts";
import { type FunctionSettings, toFunctionSettings, toRuntimeVariables } from "./function-settings.ts";
import { NodeFunction } from "./node-function.ts";
import type { SubscriberBasis } from "./subscriber-basis.ts";

/** How a function consumes its queue. A section of the config such as `worker` is one. */
export interface ConsumerSettings extends Omit<FunctionSettings, "reservedConcurrency"> {
  /** As of any function; `"maximumConcurrency"` keeps as many as the poller has batches under way. */
  reservedConcurrency: number | null | "maximumConcurrency";
  /** How many batches Lambda's poller has under way at once. */
  maximumConcurrency: number;
  batchSize: number;
  batchingWindowSeconds: number;
  /** How often a message is received before it goes to the DLQ. */
  maxReceiveCount: number;
}

/** A function that answers which messages of a batch failed (`ReportBatchItemFailures`). */
export interface FunctionConsumer {
  /** The function is `<prefix>-<name>`, and so are its alarms; the subscriber's name where it is left out. */
  name?: string;
  zip: HandlerZip;
  /** `index.handler` where it is left out. */
  handler?: string;
  description: string;
  settings: ConsumerSettings;
  /** How old the oldest message may get before an alarm goes off. */
  maxQueueAgeSeconds: number;
  environment(queueUrl: string): Record<string, string>;
  /** What the handler may do beyond receiving from its queue, writing its log and sending traces. */
  permissions(queueArn: string): readonly Statement[];
  /** Services beside SQS that hold what it reads or writes under the pipeline's key, such as `s3`. */
  keyServices?: readonly string[];
  /** What is watched of it beyond its queue, its errors, its throttles and its time. */
  watches?(functionName: string): readonly Watch[];
}

/** Makes a consumer's function in a scope, and Lambda's poller between it and its queue. */
export function createConsumer(
  scope: Construct,
  basis: SubscriberBasis,
  { functionName, queue, consumer }: { functionName: string; queue: SqsQueue; consumer: FunctionConsumer },
): void {
  const { pipeline, keyArn } = basis;
  const { settings } = consumer;
  const handler = new NodeFunction(scope, "Handler", {
    functionName,
    description: consumer.description,
    zip: consumer.zip,
    ...(consumer.handler !== undefined && { handler: consumer.handler }),
    ...toFunctionSettings(pipeline, { ...settings, reservedConcurrency: toReservedConcurrency(settings) }),
    keyArn,
    // Only ever invoked by its queue's poller, never asynchronously: the queue's DLQ is its own.
    deadLetterQueueArn: null,
    environment: { ...toRuntimeVariables(pipeline), ...consumer.environment(queue.url) },
    permissions: [
      ...consumer.permissions(queue.arn),
      consumeQueue(queue.arn),
      ...useKeyThrough(keyArn, pipeline.region, [...(consumer.keyServices ?? []), "sqs"]),
    ],
  });
  new LambdaEventSourceMapping(new Construct(scope, "Consumer"), "Mapping", {
    eventSourceArn: queue.arn,
    functionName: handler.function.arn,
    batchSize: settings.batchSize,
    maximumBatchingWindowInSeconds: settings.batchingWindowSeconds,
    functionResponseTypes: ["ReportBatchItemFailures"],
    scalingConfig: { maximumConcurrency: settings.maximumConcurrency },
    // Lambda refuses a mapping whose role may not receive yet.
    dependsOn: [handler.rolePolicy],
  });
}

function toReservedConcurrency({ reservedConcurrency, maximumConcurrency }: ConsumerSettings): number | null {
  return reservedConcurrency === "maximumConcurrency" ? maximumConcurrency : reservedConcurrency;
}
