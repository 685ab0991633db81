import type { SubscriberProps } from "../constructs/subscriber.ts";
import type { Deployment, PipelineResources } from "../deployment.ts";

/** The pipe only starts an execution for each message. */
const VISIBILITY_SECONDS = 60;

/**
 * Returns the subscriber whose queue the workflow's pipe consumes. It is part of the core stack, like the subscribers that
 * exclude the workflow's uploads: these wait here even if the workflow is not deployed yet. The queue receives every upload;
 * the pipe deletes those that do not belong to the workflow, so that one rule decides (packages/schema/src/workflow/workflow-uploads.ts).
 */
export function workflowQueue(
  { pipeline, names }: Deployment,
  { imageEvents }: PipelineResources,
): SubscriberProps {
  return {
    name: names.workflow,
    subscriptions: [{ topic: imageEvents, filterPolicy: { type: ["image.uploaded"] } }],
    consumer: {
      visibilityTimeoutSeconds: VISIBILITY_SECONDS,
      maxReceiveCount: pipeline.worker.maxReceiveCount,
      maxQueueAgeSeconds: pipeline.alarms.maxQueueAgeSeconds,
    },
  };
}
