import { type InvocationClock, type OwnUploads, requireOwn } from "@image-pipeline/lambda-kit";
import type { ImageEvent } from "@image-pipeline/schema/events";
import { toImageId, toRenditionPrefix } from "@image-pipeline/schema/keys";
import { PipelineError } from "@image-pipeline/schema/processing";
import { WorkflowJob, WorkflowOutcome, type WorkflowVerdict } from "@image-pipeline/schema/workflow";
import * as z from "zod";
import { analyzeUploaded, type UploadOutcome, type UploadPorts } from "./analyze-uploaded.ts";
import type { AnalysisOutcome } from "./ports.ts";
import { quarantineRenditions } from "./quarantine.ts";

const AnalyseInput = z.object({ job: WorkflowJob });

interface AnalysePorts extends UploadPorts {
  uploads: OwnUploads;
  measure: (event: ImageEvent, outcome: AnalysisOutcome) => void;
}

/**
 * Analyses an upload that no manifest leads to yet, exactly as for its event, and returns the verdict.
 *
 * @throws {PipelineError} `SOURCE_CHANGED` or `SOURCE_GONE` when a newer upload or a delete was analysed before
 */
export async function analyseTask(input: unknown, ports: AnalysePorts): Promise<WorkflowVerdict> {
  const { event } = AnalyseInput.parse(input).job;
  requireOwn(event, ports);
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

interface QuarantinePorts extends Pick<UploadPorts, "tags"> {
  uploads: OwnUploads;
  clock: InvocationClock;
}

/** Quarantines the renditions of the job before a manifest leads to them. */
export async function quarantineTask(input: unknown, ports: QuarantinePorts): Promise<{ hidden: number }> {
  const { job, work } = WorkflowOutcome.parse(input);
  requireOwn(job.event, ports);
  const { bucket, key } = job.event.data;
  const own = toRenditionPrefix(toImageId(bucket, key), job.tag);
  const all = "manifest" in work.rendered ? work.rendered.manifest.renditions : [];
  const foreign = all.find((rendition) => !rendition.key.startsWith(own));
  if (foreign) throw new PipelineError("MESSAGE_REFUSED", `${foreign.key} is no rendition of ${key}`);
  await quarantineRenditions(all, ports.tags);
  return { hidden: all.length };
}
