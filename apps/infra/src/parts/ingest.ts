import { LambdaFunctionEventInvokeConfig } from "@cdktf/provider-aws/lib/lambda-function-event-invoke-config/index.js";
import type { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic/index.js";
import { IngestEnvironment } from "@image-pipeline/schema/config";
import { Construct } from "constructs";
import { FailureQueue } from "../constructs/failure-queue.ts";
import { toFunctionSettings, toRuntimeVariables } from "../constructs/function-settings.ts";
import { NodeFunction } from "../constructs/node-function.ts";
import type { Deployment } from "../deployment.ts";
import { ingestPolicy } from "../policies/ingest-policy.ts";
import { useKeyThrough } from "../policies/key-policy.ts";

/** Lambda's own bounds for an asynchronous invocation: as often and as long as it can. */
const RETRIES = 2;
const MAX_EVENT_AGE_SECONDS = 6 * 60 * 60;

export interface IngestProps {
  imageEvents: SnsTopic;
  keyArn: string | null;
}

/**
 * The function S3 invokes, and where an event goes when every try of it has failed: with its error to the failure queue,
 * and bare to the function's own DLQ, which gets it even when the destination cannot be reached.
 */
export class Ingest extends Construct {
  readonly handler: NodeFunction;
  readonly failures: FailureQueue;
  readonly deadLetters: FailureQueue;

  constructor(scope: Construct, id: string, deployment: Deployment, { imageEvents, keyArn }: IngestProps) {
    super(scope, id);
    const { pipeline, names, zips } = deployment;
    this.failures = new FailureQueue(this, "Failures", {
      queueName: names.ingestFailureQueue,
      keyArn,
    });
    this.deadLetters = new FailureQueue(this, "DeadLetters", {
      queueName: names.ingestDeadLetterQueue,
      keyArn,
    });
    this.handler = new NodeFunction(this, "Handler", {
      functionName: names.ingestFunction,
      description: "S3 notifications in, image events out",
      zip: zips.ingest,
      ...toFunctionSettings(pipeline, pipeline.ingest),
      keyArn,
      deadLetterQueueArn: this.deadLetters.queue.arn,
      environment: {
        ...IngestEnvironment.encode({ IMAGE_EVENTS_TOPIC_ARN: imageEvents.arn }),
        ...toRuntimeVariables(pipeline),
      },
      permissions: [
        ...ingestPolicy({
          imageEventsTopic: imageEvents.arn,
          failureQueues: [this.failures.queue.arn, this.deadLetters.queue.arn],
        }),
        ...useKeyThrough(keyArn, pipeline.region, ["sns", "sqs"]),
      ],
    });
    new LambdaFunctionEventInvokeConfig(this, "AsyncInvocation", {
      functionName: this.handler.function.functionName,
      maximumRetryAttempts: RETRIES,
      maximumEventAgeInSeconds: MAX_EVENT_AGE_SECONDS,
      destinationConfig: { onFailure: { destination: this.failures.queue.arn } },
    });
  }
}
