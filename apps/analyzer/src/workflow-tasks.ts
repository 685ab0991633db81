import type { ImageEvent } from "@image-pipeline/schema/events";
import { PipelineError } from "@image-pipeline/schema/processing";
import { WorkflowJob, WorkflowOutcome, type WorkflowVerdict } from "@image-pipeline/schema/workflow";
import * as z from "zod";
import { analyzeUploaded, type UploadOutcome, type UploadPorts } from "./analyze-uploaded.ts";
import type { AnalysisOutcome } from "./ports.ts";
import { quarantineRenditions } from "./quarantine.ts";

const AnalyseInput = z.object({ job: WorkflowJob });

interface AnalysePorts extends UploadPorts {
  measure: (event: ImageEvent, outcome: AnalysisOutcome) => void;
}

/**
 * Analyses an upload that no manifest leads to yet, exactly as for its event, and returns the verdict.
 *
 * @throws {PipelineError} `SOURCE_CHANGED` or `SOURCE_GONE` when a newer upload or a delete was analysed before
 */
export async function analyseTask(input: unknown, ports: AnalysePorts): Promise<WorkflowVerdict> {
  const { event } = AnalyseInput.parse(input).job;
  const outcome = await analyzeUploaded(event, ports);
  const verdict = verdictOf(outcome, event.subject);
  ports.measure(event, outcome);
  return { verdict };
}

/** A picture that the detector refused is quarantined, since its content is unknown. */
function verdictOf({ decision, analysis }: UploadOutcome, key: string): WorkflowVerdict["verdict"] {
  if (decision === "stale")
    throw new PipelineError("SOURCE_CHANGED", `a newer upload of ${key} was analysed before`);
  if (decision === "resurrect-refused" || analysis?.status === "deleted")
    throw new PipelineError("SOURCE_GONE", `${key} was deleted`);
  return analysis?.status === "analyzed" ? analysis.verdict : "quarantine";
}

/** Quarantines the renditions before a manifest leads to them. */
export async function quarantineTask(
  input: unknown,
  { tags }: Pick<UploadPorts, "tags">,
): Promise<{ hidden: number }> {
  const { rendered } = WorkflowOutcome.parse(input).work;
  const renditions = "manifest" in rendered ? rendered.manifest.renditions : [];
  await quarantineRenditions(renditions, tags);
  return { hidden: renditions.length };
}
