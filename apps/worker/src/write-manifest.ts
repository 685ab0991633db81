import { type DocumentStore, type ResultPublisher, writeDocument } from "@image-pipeline/lambda-kit";
import { type Manifest, toRenditionPrefix, toResultEvent } from "@image-pipeline/schema";
import type { RenditionStore } from "./ports.ts";

export interface ManifestPorts {
  manifests: DocumentStore<Manifest>;
  renditions: RenditionStore;
  results: ResultPublisher;
  processedBucket: string;
}

/** How one manifest follows another. */
export interface Succession<Decision extends string> {
  decide: (current: Manifest | undefined) => Decision;
  /** The decision that leads to a write; with any other nothing is written. */
  write: Decision;
  /** The tag that the next manifest will name, which is not cleared away; null for none. */
  ownTag: string | null;
  next: (current: Manifest | undefined) => Manifest;
}

/**
 * Replaces a manifest in one conditional write. When somebody else was first, reads again and decides again.
 *
 * What the replaced manifest had still to clear away is cleared away before: its successor no longer names it.
 *
 * @returns the decision, and the manifest that now stands
 * @throws {PipelineError} `MANIFEST_CONTENDED` when eight attempts all met another writer
 */
export async function writeManifest<Decision extends string>(
  key: string,
  { decide, write, ownTag, next }: Succession<Decision>,
  ports: ManifestPorts,
): Promise<{ decision: Decision; manifest: Manifest | undefined }> {
  const cleared = async (current: Manifest | undefined) => {
    if (current) await clearAway(current, ownTag, ports);
    return next(current);
  };
  const { decision, document } = await writeDocument(ports.manifests, key, { decide, write, next: cleared });
  return { decision, manifest: document };
}

/**
 * What follows a manifest that stands: earlier renditions go (at once for a deleted image, after the grace period for a
 * replaced one), and the result event is sent. Done again for every duplicate, so that a crash in between heals.
 */
export async function settle(manifest: Manifest, key: string, ports: ManifestPorts): Promise<void> {
  await clearAway(manifest, null, ports);
  await ports.results.publish(toResultEvent(manifest, { bucket: ports.processedBucket, key }));
}

async function clearAway(manifest: Manifest, except: string | null, ports: ManifestPorts): Promise<void> {
  for (const tag of manifest.supersededTags ?? []) {
    if (tag === except) continue;
    const prefix = toRenditionPrefix(manifest.imageId, tag);
    await (manifest.status === "deleted" ? ports.renditions.remove(prefix) : ports.renditions.expire(prefix));
  }
}
