import type { SubscriberProps } from "../constructs/subscriber.ts";
import type { Deployment, PipelineResources } from "../deployment.ts";
import { analysis } from "./analysis.ts";
import { backfill, renditions } from "./renditions.ts";
import { webhooks } from "./webhooks.ts";
import { workflowQueue } from "./workflow-queue.ts";

/** Subscribers by construct id. An id is part of Terraform's addresses: it never changes once deployed. */
export type Subscribers = (
  deployment: Deployment,
  resources: PipelineResources,
) => Readonly<Record<string, SubscriberProps>>;

/** All subscribers. To add one, add a line here: see docs/subscribers.md. */
export const subscribers: Subscribers = (deployment, resources) => ({
  ...(deployment.pipeline.workflow.enabled && { Workflow: workflowQueue(deployment, resources) }),
  Renditions: renditions(deployment, resources),
  Backfill: backfill(deployment, resources),
  ...(deployment.pipeline.analysis.enabled && { Analysis: analysis(deployment, resources) }),
  ...webhooks(deployment, resources),
});
