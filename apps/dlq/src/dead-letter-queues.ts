import { GetQueueAttributesCommand, GetQueueUrlCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { UserFault } from "@image-pipeline/operator-kit";
import type { Names } from "@image-pipeline/schema/config";
import { z } from "zod";

/** Where a dead letter goes back to. */
export type Target = { queue: string; url: string } | { functionName: string };

/** A queue that keeps what could not be done. */
export interface DeadLetterQueue {
  name: string;
  url: string;
  target: Target;
}

const RedrivePolicy = z.object({ deadLetterTargetArn: z.string() });

/**
 * The dead-letter queue of the renditions queue, as the queue's own redrive policy names it, and the two queues of S3
 * events that ingest could not publish. Lambda sends such an event to both, so each lies there twice; to send it back
 * twice does no harm.
 *
 * @throws {UserFault} when the renditions queue names no dead-letter queue
 */
export async function findDeadLetterQueues(sqs: SQSClient, names: Names): Promise<DeadLetterQueue[]> {
  const queue = names.renditionsQueue;
  const url = await toUrl(sqs, queue);
  const name = await deadLetterNameOf(sqs, { queue, url });
  const ingest = { functionName: names.ingestFunction };
  return [
    { name, url: await toUrl(sqs, name), target: { queue, url } },
    { name: names.ingestFailureQueue, url: await toUrl(sqs, names.ingestFailureQueue), target: ingest },
    { name: names.ingestDeadLetterQueue, url: await toUrl(sqs, names.ingestDeadLetterQueue), target: ingest },
  ];
}

async function deadLetterNameOf(sqs: SQSClient, { queue, url }: { queue: string; url: string }) {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["RedrivePolicy"] }),
  );
  const policy = RedrivePolicy.safeParse(JSON.parse(Attributes?.RedrivePolicy ?? "{}"));
  const name = policy.data?.deadLetterTargetArn.split(":").at(-1);
  if (name) return name;
  throw new UserFault(`${queue} names no dead-letter queue: deploy the stacks again`);
}

async function toUrl(sqs: SQSClient, QueueName: string): Promise<string> {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
  if (QueueUrl) return QueueUrl;
  throw new UserFault(`there is no queue ${QueueName}: deploy the stacks, or choose another place`);
}
