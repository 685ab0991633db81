import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import { SqsQueuePolicy } from "@cdktf/provider-aws/lib/sqs-queue-policy/index.js";
import { Construct } from "constructs";
import { denyInsecureTransport, policyDocument, type Statement } from "../policies/policy-document.ts";

/** SQS's longest (API_SetQueueAttributes): what failed waits for a person. */
const RETENTION_SECONDS = 14 * 24 * 60 * 60;

export interface FailureQueueProps {
  queueName: string;
  /** Who may send, beyond this account's roles by their own policies. */
  senders?: (queueArn: string) => Statement[];
}

/** Where messages end that nothing could process: nobody consumes it by itself. Encrypted, over TLS alone. */
export class FailureQueue extends Construct {
  readonly queue: SqsQueue;

  constructor(scope: Construct, id: string, { queueName, senders }: FailureQueueProps) {
    super(scope, id);
    this.queue = new SqsQueue(this, "Queue", {
      name: queueName,
      messageRetentionSeconds: RETENTION_SECONDS,
      sqsManagedSseEnabled: true,
    });
    const { arn, url } = this.queue;
    new SqsQueuePolicy(this, "Policy", {
      queueUrl: url,
      policy: policyDocument([...(senders?.(arn) ?? []), denyInsecureTransport("sqs:*", [arn])]),
    });
  }
}
