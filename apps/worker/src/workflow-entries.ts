import { workflowHandler } from "@image-pipeline/lambda-kit";
import { readEnvironment, WorkflowEnvironment } from "@image-pipeline/schema/config";
import { workerParts } from "./worker-parts.ts";
import { inspectTask, publishTask, renderTask } from "./workflow-tasks.ts";

export function inspectEntry() {
  const { ports } = workflowParts();
  return workflowHandler(ports.logger, (input, clock) => inspectTask(input, { ...ports, clock }));
}

export function renderEntry() {
  const { ports } = workflowParts();
  return workflowHandler(ports.logger, (input, clock) => renderTask(input, { ...ports, clock }));
}

/** The state machine's output is the outcome alone: what became of the image, and where its manifest is. */
export function publishEntry() {
  const { ports } = workflowParts();
  return workflowHandler(ports.logger, async (input, clock) => {
    const { job, ...outcome } = await publishTask(input, { ...ports, clock });
    ports.measure(job.event, outcome);
    return { decision: outcome.decision, status: outcome.manifest?.status, manifestKey: job.manifestKey };
  });
}

function workflowParts() {
  return workerParts(readEnvironment(WorkflowEnvironment, process.env));
}
