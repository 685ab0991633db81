import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import { SqsQueuePolicy } from "@cdktf/provider-aws/lib/sqs-queue-policy/index.js";
import { Construct } from "constructs";
import { denyInsecureTransport, policyDocument, type Statement } from "../policies/policy-document.ts";
import { queueEncryption } from "./queue-encryption.ts";

/** SQS's longest (API_SetQueueAttributes): what failed waits for a person. */
const RETENTION_SECONDS = 14 * 24 * 60 * 60;

export interface FailureQueueProps {
  queueName: string;
  /** The customer key its messages lie under; null for SQS's own. */
  keyArn: string | null;
  /** Who may send, beyond this account's roles by their own policies. */
  senders?: (queueArn: string) => Statement[];
}

/** Where messages end that nothing could process: nobody consumes it by itself. Encrypted, over TLS alone. */
export class FailureQueue extends Construct {
  readonly queue: SqsQueue;
  /** What depends on its senders' rights waits for this. */
  readonly policy: SqsQueuePolicy;

  constructor(scope: Construct, id: string, { queueName, keyArn, senders }: FailureQueueProps) {
    super(scope, id);
    this.queue = new SqsQueue(this, "Queue", {
      name: queueName,
      messageRetentionSeconds: RETENTION_SECONDS,
      ...queueEncryption(keyArn),
    });
    const { arn, url } = this.queue;
    this.policy = new SqsQueuePolicy(this, "Policy", {
      queueUrl: url,
      policy: policyDocument([...(senders?.(arn) ?? []), denyInsecureTransport("sqs:*", [arn])]),
    });
  }
}
