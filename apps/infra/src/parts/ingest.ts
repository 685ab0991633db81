import { LambdaFunctionEventInvokeConfig } from "@cdktf/provider-aws/lib/lambda-function-event-invoke-config/index.js";
import type { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic/index.js";
import { IngestEnvironment } from "@image-pipeline/schema/config";
import { Construct } from "constructs";
import { FailureQueue } from "../constructs/failure-queue.ts";
import { NodeFunction } from "../constructs/node-function.ts";
import type { Deployment } from "../deployment.ts";
import { ingestPolicy } from "../policies/ingest-policy.ts";
import { toFunctionSettings, toRuntimeVariables } from "./function-settings.ts";

/** Lambda's own bounds for an asynchronous invocation: as often and as long as it can. */
const RETRIES = 2;
const MAX_EVENT_AGE_SECONDS = 6 * 60 * 60;

/** The function S3 invokes, and the queue an event goes to when every try of it has failed. */
export class Ingest extends Construct {
  readonly handler: NodeFunction;
  readonly failures: FailureQueue;

  constructor(scope: Construct, id: string, deployment: Deployment, imageEvents: SnsTopic) {
    super(scope, id);
    const { pipeline, names, zips } = deployment;
    this.failures = new FailureQueue(this, "Failures", { queueName: names.ingestFailureQueue });
    this.handler = new NodeFunction(this, "Handler", {
      functionName: names.ingestFunction,
      description: "S3 notifications in, image events out",
      zip: zips.ingest,
      ...toFunctionSettings(pipeline, "ingest"),
      environment: {
        ...IngestEnvironment.encode({ IMAGE_EVENTS_TOPIC_ARN: imageEvents.arn }),
        ...toRuntimeVariables(pipeline),
      },
      permissions: ingestPolicy({ imageEventsTopic: imageEvents.arn, failureQueue: this.failures.queue.arn }),
    });
    new LambdaFunctionEventInvokeConfig(this, "AsyncInvocation", {
      functionName: this.handler.function.functionName,
      maximumRetryAttempts: RETRIES,
      maximumEventAgeInSeconds: MAX_EVENT_AGE_SECONDS,
      destinationConfig: { onFailure: { destination: this.failures.queue.arn } },
    });
  }
}
