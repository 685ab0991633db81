import { InvalidationEnvironment } from "@image-pipeline/schema/environment";
import { OUTDATING_EVENTS } from "@image-pipeline/schema/events";
import { SUBSCRIBERS } from "@image-pipeline/schema/names";
import type { SubscriberProps } from "../constructs/subscriber.ts";
import type { Deployment } from "../deployment.ts";
import { invalidatePolicy } from "../policies/delivery-policy.ts";

/**
 * CloudFront has at most 15 paths with a wildcard in progress, and refuses more: a message is received again for a day. Two
 * batches at a time stay close to it.
 */
const SETTINGS = {
  memoryMegabytes: 256,
  timeoutSeconds: 30,
  reservedConcurrency: null,
  maximumConcurrency: 2,
  batchSize: 7,
  batchingWindowSeconds: 1,
  maxReceiveCount: 500,
};

export interface InvalidationProps {
  imageResultsTopicArn: string;
  distribution: { id: string; arn: string };
}

/** Returns the subscriber that removes the copies of deleted, quarantined and replaced images from the edge. */
export function invalidation(
  { pipeline, zips }: Pick<Deployment, "pipeline" | "zips">,
  { imageResultsTopicArn, distribution }: InvalidationProps,
): SubscriberProps {
  return {
    name: SUBSCRIBERS.invalidation,
    subscriptions: [
      {
        topic: { arn: imageResultsTopicArn },
        filterPolicy: OUTDATING_EVENTS,
      },
    ],
    consumer: {
      zip: zips.invalidator,
      description: "Results of images in, invalidations of their copies at the edge out",
      settings: SETTINGS,
      maxQueueAgeSeconds: pipeline.alarms.maxQueueAgeSeconds,
      environment: () => InvalidationEnvironment.encode({ DISTRIBUTION_ID: distribution.id }),
      permissions: () => [invalidatePolicy(distribution.arn)],
    },
  };
}
