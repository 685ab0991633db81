import { LambdaEventSourceMapping } from "@cdktf/provider-aws/lib/lambda-event-source-mapping/index.js";
import type { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import { Construct } from "constructs";
import type { NodeFunction } from "./node-function.ts";

export interface QueueConsumerProps {
  queue: SqsQueue;
  consumer: NodeFunction;
  batchSize: number;
  batchingWindowSeconds: number;
  maximumConcurrency: number;
}

/** Lambda's poller between a queue and a function that answers which messages of a batch failed. */
export class QueueConsumer extends Construct {
  constructor(scope: Construct, id: string, props: QueueConsumerProps) {
    super(scope, id);
    new LambdaEventSourceMapping(this, "Mapping", {
      eventSourceArn: props.queue.arn,
      functionName: props.consumer.function.arn,
      batchSize: props.batchSize,
      maximumBatchingWindowInSeconds: props.batchingWindowSeconds,
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: { maximumConcurrency: props.maximumConcurrency },
      // Lambda refuses a mapping whose role may not receive yet.
      dependsOn: [props.consumer.rolePolicy],
    });
  }
}
