import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import { SqsQueuePolicy } from "@cdktf/provider-aws/lib/sqs-queue-policy/index.js";
import { Construct } from "constructs";
import { denyInsecureTransport, policyDocument, type Statement } from "../policies/policy-document.ts";

/** SQS's maximum (API_SetQueueAttributes): failed messages wait for a person. */
const RETENTION_SECONDS = 14 * 24 * 60 * 60;

export interface FailureQueueProps {
  queueName: string;
  /** The customer key that encrypts its messages; null for SQS's own. */
  keyArn: string | null;
  /** Additional senders; this account's roles send by their own policies. */
  senders?: (queueArn: string) => Statement[];
}

/** A queue for failed messages, which no function consumes. Encrypted, TLS only. */
export class FailureQueue extends Construct {
  readonly queue: SqsQueue;
  /** Resources that need its senders' permissions depend on it. */
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

/** Returns a queue's encryption settings: SQS accepts a customer key or its own, never both (API_SetQueueAttributes). */
export function queueEncryption(keyArn: string | null) {
  return keyArn === null ? { sqsManagedSseEnabled: true } : { kmsMasterKeyId: keyArn };
}
