import { PipelineError } from "@image-pipeline/lambda-kit";
import { WorkflowJob, WorkflowOutcome, type WorkflowVerdict } from "@image-pipeline/schema";
import * as z from "zod";
import { analyzeUploaded, type UploadOutcome, type UploadPorts } from "./analyze-uploaded.ts";
import { quarantineRenditions } from "./quarantine.ts";

const AnalyseInput = z.object({ job: WorkflowJob });

/**
 * The task that judges a picture which nobody can find yet: all that an upload event brings about, and the verdict.
 *
 * @throws {PipelineError} `SOURCE_CHANGED` or `SOURCE_GONE` where a newer upload or a delete has gone before
 */
export async function analyseTask(
  input: unknown,
  ports: UploadPorts,
): Promise<WorkflowVerdict & { job: WorkflowJob; outcome: UploadOutcome }> {
  const { job } = AnalyseInput.parse(input);
  const outcome = await analyzeUploaded(job.event, ports);
  return { job, outcome, verdict: verdictOf(outcome, job.event.subject) };
}

/** What could not be judged, as the detector takes it for no picture, is held back: nobody has seen what is in it. */
function verdictOf({ decision, analysis }: UploadOutcome, key: string): WorkflowVerdict["verdict"] {
  if (decision === "stale")
    throw new PipelineError("SOURCE_CHANGED", `a newer upload of ${key} was judged before`);
  if (decision === "resurrect-refused" || analysis?.status === "deleted")
    throw new PipelineError("SOURCE_GONE", `${key} was deleted`);
  return analysis?.status === "analyzed" ? analysis.verdict : "quarantine";
}

/** Hides renditions before a manifest leads to them; where there are none there is nothing to hide. */
export async function quarantineTask(
  input: unknown,
  { tags }: Pick<UploadPorts, "tags">,
): Promise<{ hidden: number }> {
  const { rendered } = WorkflowOutcome.parse(input).work;
  const renditions = "manifest" in rendered ? rendered.manifest.renditions : [];
  await quarantineRenditions(renditions, tags);
  return { hidden: renditions.length };
}
