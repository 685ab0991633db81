import { workflowHandler } from "@image-pipeline/lambda-kit";
import type { WorkflowVerdict } from "@image-pipeline/schema";
import { AnalysisTaskEnvironment, readEnvironment } from "@image-pipeline/schema/config";
import { analyzerParts } from "./analyzer-parts.ts";
import { analyseTask, quarantineTask } from "./workflow-tasks.ts";

export function analyseEntry() {
  const { ports } = taskParts();
  return workflowHandler(ports.logger, async (input, clock): Promise<WorkflowVerdict> => {
    const { job, outcome, verdict } = await analyseTask(input, { ...ports, clock });
    ports.measure(job.event, outcome);
    return { verdict };
  });
}

export function quarantineEntry() {
  const { ports } = taskParts();
  return workflowHandler(ports.logger, (input) => quarantineTask(input, ports));
}

function taskParts() {
  return analyzerParts(readEnvironment(AnalysisTaskEnvironment, process.env));
}
