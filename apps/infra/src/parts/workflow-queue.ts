import type { SubscriberProps } from "../constructs/subscriber.ts";
import type { Deployment } from "../deployment.ts";
import type { Places } from "./subscribers.ts";

/** For so long a message is a pipe's alone: it takes no more than to start an execution. */
const VISIBILITY_SECONDS = 60;

/**
 * The subscriber whose queue the workflow's pipe empties. It is part of the core, beside those that leave its uploads out:
 * from the moment they do, the uploads wait here, whether the workflow is there yet or not. It gets every upload; the pipe
 * deletes those that are not the workflow's, so that one rule says which are (packages/schema/src/workflow/workflow-uploads.ts).
 */
export function workflowQueue({ pipeline, names }: Deployment, { imageEvents }: Places): SubscriberProps {
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
