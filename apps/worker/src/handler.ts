import { queueFunction, taskFunction } from "@image-pipeline/lambda-kit";
import { WorkerEnvironment, WorkflowEnvironment } from "@image-pipeline/schema/environment";
import { imageEvents } from "./image-events.ts";
import { renderingParts, workerParts } from "./worker-parts.ts";
import { inspectTask, publishTask, renderTask } from "./workflow-tasks.ts";

const worker = { service: "worker", parts: renderingParts };
const task = { service: "worker", parts: workerParts, environment: WorkflowEnvironment };

/** Handles messages of the renditions queue. */
export const handler = queueFunction("handler", {
  ...worker,
  environment: WorkerEnvironment,
  queueUrl: ({ RENDITIONS_QUEUE_URL }) => RENDITIONS_QUEUE_URL,
  consumer: imageEvents,
});

/** The three tasks of the workflow. */
export const inspect = taskFunction("inspect", { ...task, run: inspectTask });
export const render = taskFunction("render", { ...task, parts: renderingParts, run: renderTask });
export const publish = taskFunction("publish", { ...task, run: publishTask });
