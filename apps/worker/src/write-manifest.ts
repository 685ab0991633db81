import { type Manifest, toRenditionPrefix, toRenditionTag, toResultEvent } from "@image-pipeline/schema";
import { PipelineError } from "./pipeline-error.ts";
import type { ManifestStore, RenditionStore, ResultPublisher, StoredManifest } from "./ports.ts";

const ATTEMPTS = 8;
/** Older tags than these were cleared away long ago. */
const MAX_SUPERSEDED_TAGS = 8;

export interface ManifestPorts {
  manifests: ManifestStore;
  renditions: RenditionStore;
  results: ResultPublisher;
  processedBucket: string;
}

/**
 * Replaces a manifest in one conditional write. When somebody else was first, reads again and decides again.
 *
 * @param decide says for the manifest of the moment what to do: `toNext` is called for none but `write`
 * @returns the decision, and the manifest that now stands
 * @throws {PipelineError} `MANIFEST_CONTENDED` when eight attempts all met another writer
 */
export async function writeManifest<Decision extends string>(
  at: { key: string; store: ManifestStore },
  decide: (current: Manifest | undefined) => Decision,
  plan: { write: Decision; toNext: (current: Manifest | undefined) => Manifest },
): Promise<{ decision: Decision; manifest: Manifest | undefined }> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const current: StoredManifest | undefined = await at.store.read(at.key);
    const decision = decide(current?.manifest);
    if (decision !== plan.write) return { decision, manifest: current?.manifest };
    const next = plan.toNext(current?.manifest);
    if (await at.store.replace(at.key, current, next)) return { decision, manifest: next };
  }
  throw new PipelineError("MANIFEST_CONTENDED", `${at.key} was changed by others ${ATTEMPTS} times in a row`);
}

/**
 * What follows a manifest that stands: earlier renditions go (at once for a deleted image, after the grace period for a
 * replaced one), and the result event is sent. Done again for every duplicate, so that a crash in between heals.
 */
export async function settle(manifest: Manifest, key: string, ports: ManifestPorts): Promise<void> {
  for (const tag of manifest.supersededTags ?? []) {
    const prefix = toRenditionPrefix(manifest.imageId, tag);
    await (manifest.status === "deleted" ? ports.renditions.remove(prefix) : ports.renditions.expire(prefix));
  }
  await ports.results.publish(toResultEvent(manifest, { bucket: ports.processedBucket, key }));
}

/** The tags that a manifest leaves behind when it is replaced by one of the tag given (null: of none). */
export function supersededBy(
  tag: string | null,
  current: Manifest | undefined,
): { supersededTags?: string[] } {
  const tags = [...(current?.supersededTags ?? []), ...currentTag(current)].filter((old) => old !== tag);
  return tags.length > 0 ? { supersededTags: [...new Set(tags)].slice(-MAX_SUPERSEDED_TAGS) } : {};
}

/** The tag under which the renditions lie that a manifest names, or would name. */
export function currentTag(manifest: Manifest | undefined): string[] {
  return manifest?.status === "processed" ? [toRenditionTag(manifest.source, manifest.recipe)] : [];
}
