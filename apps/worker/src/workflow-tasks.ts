import { PipelineError, toEvent, WorkflowTaskError } from "@image-pipeline/lambda-kit";
import {
  ImageUploaded,
  UploadedManifest,
  WorkflowJob,
  WorkflowOutcome,
  type WorkflowWork,
} from "@image-pipeline/schema";
import * as z from "zod";
import { decideUpload } from "./decide-upload.ts";
import type { Outcome } from "./image-metrics.ts";
import { renderSource } from "./render-source.ts";
import { type Job, jobOf } from "./upload-job.ts";
import {
  abandonUpload,
  concludeUpload,
  inspectUpload,
  publishUpload,
  type UploadPorts,
} from "./upload-steps.ts";
import { toManifest } from "./uploaded-manifest.ts";

const InspectInput = z.object({ message: z.object({ body: z.string() }) });
const RenderInput = z.object({ job: WorkflowJob });

/** The first task: a message of the queue in, what is to be done out. */
export async function inspectTask(
  input: unknown,
  ports: Pick<UploadPorts, "manifests" | "presets" | "limits" | "clock">,
): Promise<{ decision: string; job: WorkflowJob }> {
  const { message } = InspectInput.parse(input);
  const event = toEvent(ImageUploaded, "an image.uploaded event", message.body);
  const { decision, job } = await inspectUpload(event, ports);
  return { decision, job: WorkflowJob.parse(job) };
}

/**
 * Puts the renditions, which nothing leads to yet, and answers the manifest that would.
 *
 * @throws {WorkflowTaskError} `IMAGE_REJECTED`, its message the manifest of the rejection, as JSON
 * @throws {PipelineError} for anything but the picture itself
 */
export async function renderTask(
  input: unknown,
  ports: UploadPorts,
): Promise<{ manifest: UploadedManifest }> {
  const job = jobOf(RenderInput.parse(input).job);
  const manifest = toManifest(job, await renderSource(job, ports), ports);
  if (manifest.status === "rejected") throw new WorkflowTaskError("IMAGE_REJECTED", JSON.stringify(manifest));
  return { manifest };
}

/** The last task: decides again, and writes the manifest or lets a newer one stand; in any case the result is sent. */
export async function publishTask(input: unknown, ports: UploadPorts): Promise<Outcome & { job: Job }> {
  const { job: given, work } = WorkflowOutcome.parse(input);
  const job = jobOf(given);
  const superseded = supersessionOf(work);
  if (superseded) {
    await abandonUpload(job, ports);
    return { job, decision: superseded };
  }
  if ("nothing" in work.rendered) return { job, ...(await concludeFound(job, ports)) };
  return { job, ...(await publishUpload(job, toUploadedManifest(work.rendered), ports)) };
}

/** The error that says there is no work left, whichever branch met it. */
function supersessionOf({ rendered, analysis }: WorkflowWork): string | undefined {
  if (analysis && "failure" in analysis) return analysis.failure.Error;
  const error = "failure" in rendered ? rendered.failure.Error : undefined;
  return error === "IMAGE_REJECTED" ? undefined : error;
}

/** What the first task found to need no rendering, as it is by now. */
async function concludeFound(job: Job, ports: UploadPorts): Promise<Outcome> {
  const manifest = (await ports.manifests.read(job.manifestKey))?.document;
  const decision = decideUpload(job, manifest, ports);
  if (decision !== "process") return concludeUpload(job, { decision, manifest }, ports);
  throw new PipelineError(
    "MANIFEST_CONTENDED",
    `${job.manifestKey} has changed: it is to be rendered after all`,
  );
}

const LambdaError = z.object({ errorMessage: z.string() });

function toUploadedManifest(
  rendered: Exclude<WorkflowWork["rendered"], { nothing: true }>,
): UploadedManifest {
  if ("manifest" in rendered) return rendered.manifest;
  const { errorMessage } = LambdaError.parse(JSON.parse(rendered.failure.Cause));
  return UploadedManifest.parse(JSON.parse(errorMessage));
}
