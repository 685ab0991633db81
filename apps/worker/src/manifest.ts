import { ENGINE, toPlanHash } from "@image-pipeline/imaging";
import type { DocumentStore, InvocationClock, ResultPublisher } from "@image-pipeline/lambda-kit";
import { type RenderSettings, recipeOf } from "@image-pipeline/schema/config";
import { toResultEvent } from "@image-pipeline/schema/events";
import { toRenditionPrefix } from "@image-pipeline/schema/keys";
import type { Manifest, UploadedManifest } from "@image-pipeline/schema/manifest";
import { VERSION } from "@image-pipeline/schema/version";
import type { RenditionStore } from "./ports.ts";
import type { Rendered, RenderPorts } from "./render.ts";
import type { Job } from "./upload-job.ts";

export interface ManifestPorts {
  manifests: DocumentStore<Manifest>;
  renditions: RenditionStore;
  results: ResultPublisher;
  processedBucket: string;
}

/** The decision about an event, and the image's manifest afterwards. */
export interface ImageOutcome<Decision extends string = string> {
  decision: Decision;
  manifest?: Manifest | undefined;
}

/** Makes the manifest of a rendered source, without regard to the manifest that it replaces. */
export function toManifest(
  job: Job,
  rendered: Rendered,
  { clock, ...settings }: RenderSettings & Pick<RenderPorts, "clock">,
): UploadedManifest {
  const now = clock.now();
  const processed = "rejection" in rendered ? rendered.rejection : rendered;
  const plan = toPlanHash(processed, recipeOf(job.source.key, settings));
  const common = {
    schema: "image-manifest.v1" as const,
    imageId: job.imageId,
    source: job.source,
    recipe: job.recipe,
    ...(plan && { plan }),
    engine: ENGINE,
    eventTime: job.event.time,
    timings: { renderMs: rendered.renderMs, totalMs: now.getTime() - job.startedAt },
    correlationId: job.event.data.correlationId,
    updatedAt: now.toISOString(),
    pipelineVersion: VERSION,
  };
  if ("rejection" in rendered) {
    const { reason, message: reasonText, facts } = rendered.rejection;
    return { ...common, status: "rejected", reason, reasonText, facts, renditions: [] };
  }
  const { facts, renditions } = rendered;
  return { ...common, status: "processed", facts, renditions };
}

/** Completes a manifest at the time it replaces another: it names the tags of the renditions that it supersedes. */
export function toSuccessor(
  manifest: UploadedManifest,
  current: Manifest | undefined,
  { job, clock }: { job: Pick<Job, "startedAt">; clock: Pick<InvocationClock, "now"> },
): UploadedManifest {
  const now = clock.now();
  const ownTags = currentTags(manifest);
  const supersededTags = currentTags(current).filter((tag) => !ownTags.includes(tag));
  return {
    ...manifest,
    ...(supersededTags.length > 0 && { supersededTags }),
    ...(supersededTags.length > 0 && !isSameUpload(manifest, current) && { replacesUpload: true }),
    timings: { ...manifest.timings, totalMs: now.getTime() - job.startedAt },
    updatedAt: now.toISOString(),
  };
}

/** Compares the bytes: the same upload rendered again, as by a backfill, shows nothing that was replaced. */
function isSameUpload({ source }: UploadedManifest, current: Manifest | undefined): boolean {
  if (!current || current.status === "deleted") return false;
  return source.eTag === current.source.eTag && source.versionId === current.source.versionId;
}

/** Returns the tags of the renditions that a manifest names, which their keys contain. */
export function currentTags(manifest: Manifest | undefined): string[] {
  const tags = (manifest?.renditions ?? []).flatMap(({ key }) => key.split("/")[2] ?? []);
  return [...new Set(tags)];
}

/**
 * Announces a written manifest: discards the renditions it supersedes, and sends its result event. Every duplicate of the
 * event does this again, which completes an attempt that crashed.
 */
export async function announce(manifest: Manifest, key: string, ports: ManifestPorts): Promise<void> {
  await discardSuperseded(manifest, ports);
  const event = toResultEvent(manifest, { bucket: ports.processedBucket, key });
  await ports.results.publish(event); // mutation: await-publish
}

/**
 * Discards the renditions that a manifest supersedes: those of a deleted image now, others after the grace period. A writer
 * does this before it replaces the manifest, because the next one does not name them any more.
 *
 * @param keptTag a tag to keep, because the next manifest names it
 */
export async function discardSuperseded(
  manifest: Manifest | undefined,
  { renditions }: Pick<ManifestPorts, "renditions">,
  keptTag?: string,
): Promise<void> {
  if (!manifest) return;
  for (const tag of manifest.supersededTags ?? []) {
    if (tag === keptTag) continue;
    const prefix = toRenditionPrefix(manifest.imageId, tag);
    await (manifest.status === "deleted" ? renditions.remove(prefix) : renditions.expire(prefix));
  }
}
