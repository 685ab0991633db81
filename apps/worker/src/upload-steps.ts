import { requireTime } from "@image-pipeline/lambda-kit";
import type { UploadedDecision } from "@image-pipeline/lambda-kit/decide";
import {
  type ImageUploaded,
  type Manifest,
  toManifestKey,
  toRenditionPrefix,
  type UploadedManifest,
} from "@image-pipeline/schema";
import { decideUpload } from "./decide-upload.ts";
import type { RenderPorts } from "./render-source.ts";
import { currentTags } from "./rendition-tag.ts";
import { type Job, toJob } from "./upload-job.ts";
import { succeeding } from "./uploaded-manifest.ts";
import { type ManifestPorts, settle, writeManifest } from "./write-manifest.ts";

export interface UploadPorts extends ManifestPorts, RenderPorts {}

/** What became of an upload event. */
export interface UploadOutcome {
  decision: UploadedDecision;
  manifest: Manifest | undefined;
}

type PublishPorts = ManifestPorts & Pick<RenderPorts, "clock" | "presets" | "limits">;

/** The first step: what is to be done, as the image's manifest is now. */
export async function inspectUpload(
  event: ImageUploaded,
  ports: Pick<ManifestPorts, "manifests"> & Pick<RenderPorts, "clock" | "presets" | "limits">,
): Promise<UploadOutcome & { job: Job }> {
  const { bucket, key } = event.data;
  const manifest = (await ports.manifests.read(toManifestKey(bucket, key)))?.document;
  const job = toJob(event, manifest, ports);
  return { job, decision: decideUpload(job, manifest, ports), manifest };
}

/** The last step of what was rendered: decides again, writes the manifest, and concludes. */
export async function publishUpload(
  job: Job,
  manifest: UploadedManifest,
  ports: PublishPorts,
): Promise<UploadOutcome> {
  requireTime(ports.clock, "to write the manifest");
  const outcome = await writeManifest(
    job.manifestKey,
    {
      decide: (now) => decideUpload(job, now, ports),
      write: "process",
      ownTag: job.tag,
      next: (now) => succeeding(manifest, now, { job, clock: ports.clock }),
    },
    ports,
  );
  return concludeUpload(job, outcome, ports);
}

/** Sends what has to be sent, and clears away renditions of ours that no manifest names. */
export async function concludeUpload(
  job: Job,
  outcome: UploadOutcome,
  ports: PublishPorts,
): Promise<UploadOutcome> {
  const { decision, manifest } = outcome;
  if (decision === "resurrect-refused") {
    await ports.renditions.remove(toRenditionPrefix(job.imageId, job.tag));
    return outcome;
  }
  await expireUnnamed(job, manifest, ports);
  if (manifest && decision !== "stale") await settle(manifest, job.manifestKey, ports);
  return outcome;
}

/** An earlier attempt may have left renditions of a source that is gone by now: no other event knows of them. */
export async function abandonUpload(
  job: Job,
  ports: Pick<ManifestPorts, "manifests" | "renditions">,
): Promise<void> {
  await expireUnnamed(job, (await ports.manifests.read(job.manifestKey))?.document, ports);
}

async function expireUnnamed(
  job: Job,
  manifest: Manifest | undefined,
  ports: Pick<ManifestPorts, "renditions">,
): Promise<void> {
  if (!currentTags(manifest).includes(job.tag))
    await ports.renditions.expire(toRenditionPrefix(job.imageId, job.tag));
}
