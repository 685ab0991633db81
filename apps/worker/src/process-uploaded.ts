import { dispositionOf } from "@image-pipeline/lambda-kit";
import type { ImageUploaded } from "@image-pipeline/schema";
import { type Rendered, renderSource } from "./render-source.ts";
import type { Job } from "./upload-job.ts";
import {
  abandonUpload,
  concludeUpload,
  inspectUpload,
  publishUpload,
  type UploadOutcome,
  type UploadPorts,
} from "./upload-steps.ts";
import { toManifest } from "./uploaded-manifest.ts";

/**
 * Decides, reads the pinned source, renders, puts the renditions, and last of all replaces the manifest and sends the
 * result event. A picture that can never be rendered gets a manifest with its reason instead.
 *
 * @throws {PipelineError} what happens to the message is `dispositionOf` it
 */
export async function processUploaded(event: ImageUploaded, ports: UploadPorts): Promise<UploadOutcome> {
  const { job, ...outcome } = await inspectUpload(event, ports);
  if (outcome.decision !== "process") return concludeUpload(job, outcome, ports);
  const rendered = await renderJob(job, ports);
  return publishUpload(job, toManifest(job, rendered, ports), ports);
}

async function renderJob(job: Job, ports: UploadPorts): Promise<Rendered> {
  try {
    return await renderSource(job, ports);
  } catch (error) {
    if (dispositionOf(error) === "stale") await abandonUpload(job, ports);
    throw error;
  }
}
