import type { SubscriberProps } from "../constructs/subscriber.ts";
import type { Deployment } from "../deployment.ts";
import { analysis } from "./analysis.ts";
import type { Bucket } from "./buckets.ts";
import { backfill, renditions } from "./renditions.ts";
import { workflowQueue } from "./workflow-queue.ts";

/** What a subscriber may hear of, read and write. */
export interface Places {
  uploads: Bucket;
  processed: Bucket;
  imageEvents: { arn: string };
  imageResults: { arn: string };
}

/** Who hears of images, by construct id. An id is part of Terraform's addresses: it stays as it is once deployed. */
export type Subscribers = (
  deployment: Deployment,
  places: Places,
) => Readonly<Record<string, SubscriberProps>>;

/** Everybody who hears of images. A new subscriber is a line here: see docs/subscribers.md. */
export const subscribers: Subscribers = (deployment, places) => ({
  ...(deployment.pipeline.workflow.enabled && { Workflow: workflowQueue(deployment, places) }),
  Renditions: renditions(deployment, places),
  Backfill: backfill(deployment, places),
  ...(deployment.pipeline.analysis.enabled && { Analysis: analysis(deployment, places) }),
});
