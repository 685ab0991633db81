import { ENGINE } from "@image-pipeline/imaging";
import { type Clock, dispositionOf, requireTime } from "@image-pipeline/queue-consumer";
import { decideUploaded, type UploadedDecision, withKnownOrder } from "@image-pipeline/queue-consumer/decide";
import {
  type ImageUploaded,
  type Manifest,
  Source,
  toImageId,
  toManifestKey,
  toRenditionPrefix,
} from "@image-pipeline/schema";
import { toRecipe } from "@image-pipeline/schema/config";
import { type Rendered, type RenderPorts, renderSource } from "./render-source.ts";
import { currentTags, tagOf } from "./rendition-tag.ts";
import { type ManifestPorts, settle, writeManifest } from "./write-manifest.ts";

export interface UploadPorts extends ManifestPorts, RenderPorts {}

/** What became of an upload event. */
export interface UploadOutcome {
  decision: UploadedDecision;
  manifest: Manifest | undefined;
}

/**
 * Decides, reads the pinned source, renders, puts the renditions, and last of all replaces the manifest and sends the
 * result event. A picture that can never be rendered gets a manifest with its reason instead.
 *
 * @throws {PipelineError} what happens to the message is `dispositionOf` it
 */
export async function processUploaded(event: ImageUploaded, ports: UploadPorts): Promise<UploadOutcome> {
  const { bucket, key } = event.data;
  const current = (await ports.manifests.read(toManifestKey(bucket, key)))?.document;
  const job = toJob(event, current, ports);
  const decision = decideUploaded(job.event, current, job.recipe);
  if (decision !== "process") return conclude(job, { decision, manifest: current }, ports);
  const rendered = await renderJob(job, ports);
  requireTime(ports.clock, "to write the manifest");
  const outcome = await writeManifest(
    job.manifestKey,
    {
      decide: (now) => decideUploaded(job.event, now, job.recipe),
      write: "process",
      ownTag: job.tag,
      next: (now) => toManifest(job, rendered, now, ports.clock),
    },
    ports,
  );
  return conclude(job, outcome, ports);
}

interface Job {
  /** With its place in the order, as far as anybody knows it. */
  event: ImageUploaded;
  source: Source;
  imageId: string;
  manifestKey: string;
  recipe: string;
  tag: string;
  startedAt: number;
}

function toJob(event: ImageUploaded, current: Manifest | undefined, { presets, clock }: UploadPorts): Job {
  const ordered = withKnownOrder(event, current);
  const source = Source.parse(ordered.data);
  const recipe = toRecipe(presets, ENGINE);
  return {
    event: ordered,
    source,
    imageId: toImageId(source.bucket, source.key),
    manifestKey: toManifestKey(source.bucket, source.key),
    recipe,
    tag: tagOf(event, recipe),
    startedAt: clock.now().getTime(),
  };
}

/** An earlier attempt may have left renditions of a source that is gone by now: no other event knows of them. */
async function renderJob(job: Job, ports: UploadPorts): Promise<Rendered> {
  try {
    return await renderSource(job, ports);
  } catch (error) {
    if (dispositionOf(error) === "stale")
      await expireUnnamed(job, (await ports.manifests.read(job.manifestKey))?.document, ports);
    throw error;
  }
}

/** Sends what has to be sent, and clears away renditions of ours that no manifest names. */
async function conclude(job: Job, outcome: UploadOutcome, ports: UploadPorts): Promise<UploadOutcome> {
  const { decision, manifest } = outcome;
  if (decision === "resurrect-refused") {
    await ports.renditions.remove(toRenditionPrefix(job.imageId, job.tag));
    return outcome;
  }
  await expireUnnamed(job, manifest, ports);
  if (manifest && decision !== "stale") await settle(manifest, job.manifestKey, ports);
  return outcome;
}

async function expireUnnamed(job: Job, manifest: Manifest | undefined, ports: UploadPorts): Promise<void> {
  if (!currentTags(manifest).includes(job.tag))
    await ports.renditions.expire(toRenditionPrefix(job.imageId, job.tag));
}

function toManifest(job: Job, rendered: Rendered, current: Manifest | undefined, clock: Clock): Manifest {
  const now = clock.now();
  const supersededTags = currentTags(current).filter((tag) => "rejection" in rendered || tag !== job.tag);
  const common = {
    schema: "image-manifest.v1" as const,
    imageId: job.imageId,
    source: job.source,
    recipe: job.recipe,
    engine: ENGINE,
    eventTime: job.event.time,
    ...(supersededTags.length > 0 && { supersededTags }),
    timings: { renderMs: rendered.renderMs, totalMs: now.getTime() - job.startedAt },
    correlationId: job.event.data.correlationId,
    updatedAt: now.toISOString(),
  };
  if ("rejection" in rendered) {
    const { reason, message: reasonText, facts } = rendered.rejection;
    return { ...common, status: "rejected", reason, reasonText, facts, renditions: [] };
  }
  const { facts, renditions } = rendered;
  return { ...common, status: "processed", facts, renditions };
}
