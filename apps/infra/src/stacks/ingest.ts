import type { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic/index.js";
import { IngestEnvironment } from "@image-pipeline/schema/environment";
import { Construct } from "constructs";
import {
  type FailureQueues,
  failureQueues,
  keepFailedInvocations,
} from "../constructs/asynchronous-invocation.ts";
import { NodeFunction } from "../constructs/node-function.ts";
import type { Deployment, StackContext } from "../deployment.ts";
import { useKeyThrough } from "../policies/key-policy.ts";
import type { Statement } from "../policies/policy-document.ts";
import { bridgeWatches } from "../watches/bridge-watches.ts";
import { asynchronousWatches } from "../watches/function-watches.ts";
import { deadLettersWatch } from "../watches/queue-watches.ts";
import type { Watch } from "../watches/watch.ts";

export interface IngestProps {
  zip: Deployment["zips"]["ingest"];
  imageEvents: SnsTopic;
}

/** The function that S3 invokes for each upload, and the queues for events whose every attempt failed. */
export class Ingest extends Construct {
  readonly handler: NodeFunction;
  readonly queues: FailureQueues;
  readonly watches: readonly Watch[];

  constructor(scope: Construct, id: string, context: StackContext, { zip, imageEvents }: IngestProps) {
    super(scope, id);
    const { pipeline, names, decryptionKeyArn } = context;
    const isBridged = pipeline.uploads.trigger === "eventbridge";
    this.queues = failureQueues(this, context, {
      functionName: names.ingestFunction,
      failureQueue: names.ingestFailureQueue,
      deadLetterQueue: names.ingestDeadLetterQueue,
      ...(isBridged && { senders: (queueArn) => [keepUndelivered(queueArn, context)] }),
    });
    const { failures, deadLetters } = this.queues;
    this.handler = new NodeFunction(this, "Handler", context, {
      functionName: names.ingestFunction,
      description: "S3 notifications in, image events out",
      zip,
      settings: pipeline.ingest,
      deadLetterQueueArn: deadLetters.queue.arn,
      environment: IngestEnvironment.encode({
        IMAGE_EVENTS_TOPIC_ARN: imageEvents.arn,
        TENANTS: { prefix: pipeline.uploads.prefix, pattern: pipeline.uploads.tenantPattern },
      }),
      permissions: [
        publishEvents(imageEvents.arn),
        keepFailed([failures.queue.arn, deadLetters.queue.arn]),
        ...useKeyThrough(decryptionKeyArn, pipeline.region, ["sns", "sqs"]),
      ],
      rollbackAlarms: ["ingest-errors"],
    });
    keepFailedInvocations(this, this.handler, this.queues);
    this.watches = this.toWatches(context);
  }

  private toWatches({ pipeline, names }: StackContext): Watch[] {
    const name = "ingest";
    const { timeoutSeconds } = pipeline.ingest;
    return [
      ...this.handler.watches(name),
      ...(pipeline.uploads.trigger === "eventbridge" ? bridgeWatches(name, names.uploadsRule) : []),
      ...asynchronousWatches({ name, functionName: names.ingestFunction, timeoutSeconds }),
      deadLettersWatch("ingest-failures", names.ingestFailureQueue, "ingest-failures"),
      deadLettersWatch("ingest-dead-letters", names.ingestDeadLetterQueue, "ingest-failures"),
    ];
  }
}

function publishEvents(topicArn: string): Statement {
  return { Sid: "PublishImageEvents", Effect: "Allow", Action: "sns:Publish", Resource: topicArn };
}

/** EventBridge sends events to the DLQ that Lambda did not accept. */
function keepUndelivered(queueArn: string, { names, pipeline, accountId }: StackContext): Statement {
  const rule = `arn:${names.partition}:events:${pipeline.region}:${accountId}:rule/${names.uploadsRule}`;
  return {
    Sid: "KeepUndeliveredEvents",
    Effect: "Allow",
    Principal: { Service: "events.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: queueArn,
    Condition: { ArnEquals: { "aws:SourceArn": rule } },
  };
}

/** Lambda sends failed invocations to these queues with the function's role. */
function keepFailed(queueArns: string[]): Statement {
  return { Sid: "KeepFailedInvocations", Effect: "Allow", Action: "sqs:SendMessage", Resource: queueArns };
}
