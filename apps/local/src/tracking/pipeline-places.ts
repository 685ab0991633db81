import { toDeadLetterArn } from "@image-pipeline/schema/aws";
import { UserFault } from "@image-pipeline/schema/user-fault";
import type { Topology } from "../topology/topology.ts";

/** The buckets, topic and queues that images and their results pass through. */
export interface PipelinePlaces {
  uploadBucket: string;
  /** The prefix of keys that are processed. */
  uploadPrefix: string;
  processedBucket: string;
  resultsTopicArn: string;
  /** Every dead-letter queue and failure queue. */
  deadLetterQueues: readonly string[];
}

/**
 * Finds the pipeline's places in a topology, by the notification or the rule for its bucket and the worker's environment
 * (`WorkerEnvironment` in packages/schema).
 *
 * @throws {UserFault} when the stacks are not this pipeline's
 */
export function toPlaces(topology: Topology): PipelinePlaces {
  const uploads = toUploads(topology);
  const variable = (name: "PROCESSED_BUCKET" | "IMAGE_RESULTS_TOPIC_ARN"): string => {
    const value = topology.functions.map(({ environment }) => environment[name]).find(Boolean);
    if (value) return value;
    throw new UserFault(
      `no function in the stacks has the variable ${name}: they are not the image pipeline's`,
    );
  };
  if (!uploads)
    throw new UserFault("no bucket in the stacks notifies a function: they are not the image pipeline's");
  const deadLetterArns = new Set([
    ...topology.queues.map(({ redrive }) => redrive?.deadLetterQueueArn),
    ...topology.subscriptions.map(({ redrivePolicy }) => toDeadLetterArn(redrivePolicy)),
    ...topology.functions.flatMap(({ asynchronous }) => [
      asynchronous.onFailureArn,
      asynchronous.deadLetterArn,
    ]),
  ]);
  return {
    ...uploads,
    processedBucket: variable("PROCESSED_BUCKET"),
    resultsTopicArn: variable("IMAGE_RESULTS_TOPIC_ARN"),
    deadLetterQueues: topology.queues.filter(({ arn }) => deadLetterArns.has(arn)).map(({ name }) => name),
  };
}

type Uploads = Pick<PipelinePlaces, "uploadBucket" | "uploadPrefix">;

function toUploads({ notifications, eventRules }: Topology): Uploads | undefined {
  const [uploads] = [
    ...notifications,
    ...eventRules.flatMap(({ buckets, prefix }) => buckets.map((bucket) => ({ bucket, prefix }))),
  ];
  return uploads && { uploadBucket: uploads.bucket, uploadPrefix: uploads.prefix };
}
