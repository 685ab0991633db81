import type { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic/index.js";
import { IngestEnvironment } from "@image-pipeline/schema/config";
import { Construct } from "constructs";
import {
  type FailureQueues,
  failureQueues,
  keepFailedInvocations,
} from "../constructs/asynchronous-invocation.ts";
import { toFunctionSettings, toRuntimeVariables } from "../constructs/function-settings.ts";
import { NodeFunction } from "../constructs/node-function.ts";
import type { Deployment } from "../deployment.ts";
import { ingestPolicy } from "../policies/ingest-policy.ts";
import { useKeyThrough } from "../policies/key-policy.ts";

export interface IngestProps {
  imageEvents: SnsTopic;
  keyArn: string | null;
}

/** The function S3 invokes, and where an event goes when every try of it has failed. */
export class Ingest extends Construct {
  readonly handler: NodeFunction;
  readonly queues: FailureQueues;

  constructor(scope: Construct, id: string, deployment: Deployment, { imageEvents, keyArn }: IngestProps) {
    super(scope, id);
    const { pipeline, names, zips } = deployment;
    this.queues = failureQueues(this, {
      failureQueue: names.ingestFailureQueue,
      deadLetterQueue: names.ingestDeadLetterQueue,
      keyArn,
    });
    const { failures, deadLetters } = this.queues;
    this.handler = new NodeFunction(this, "Handler", {
      functionName: names.ingestFunction,
      description: "S3 notifications in, image events out",
      zip: zips.ingest,
      ...toFunctionSettings(pipeline, pipeline.ingest),
      keyArn,
      deadLetterQueueArn: deadLetters.queue.arn,
      environment: {
        ...IngestEnvironment.encode({ IMAGE_EVENTS_TOPIC_ARN: imageEvents.arn }),
        ...toRuntimeVariables(pipeline),
      },
      permissions: [
        ...ingestPolicy({
          imageEventsTopic: imageEvents.arn,
          failureQueues: [failures.queue.arn, deadLetters.queue.arn],
        }),
        ...useKeyThrough(keyArn, pipeline.region, ["sns", "sqs"]),
      ],
    });
    keepFailedInvocations(this, this.handler, this.queues);
  }
}
