import type { ExistingSource } from "@image-pipeline/audit";
import { toDeleteEvent, toUploadEvent } from "@image-pipeline/audit/events";
// The worker's own decisions, which are pure: what a backfill event does is up to them.
import { type ImageEvent, imageDeleted, imageUploaded, Source } from "@image-pipeline/schema/events";
import type { Manifest } from "@image-pipeline/schema/manifest";
import { decideDeleted, decideUploaded, isMadeWith, withKnownOrder } from "@image-pipeline/schema/processing";
import { processed, RECIPE, tombstone, UPLOADS } from "@image-pipeline/testing";

const KEY = "photos/a.jpg";

interface Version {
  eTag: string;
  versionId: string | null;
  at: number;
}

/**
 * One key of a bucket, its manifest, and a worker that decides as the real one does. S3's clock moves as the test says;
 * its dates are of whole seconds, and its events of milliseconds.
 */
export class OneKeyWorld {
  readonly isVersioned: boolean;
  now = Date.parse("2026-01-01T00:00:00.000Z");
  manifest: Manifest | undefined;
  #versions: Version[] = [];
  #exists = false;
  #events = 0;

  constructor(isVersioned: boolean) {
    this.isVersioned = isVersioned;
  }

  get #current(): Version | undefined {
    return this.#exists ? this.#versions.at(-1) : undefined;
  }

  upload(content: string): ImageEvent {
    const sequence = ++this.#events;
    const versionId = this.isVersioned ? `v${sequence}` : null;
    this.#versions.push({ eTag: content, versionId, at: this.now });
    this.#exists = true;
    const source = {
      bucket: UPLOADS,
      key: KEY,
      eTag: content,
      versionId,
      size: 1,
      sequencer: this.#sequencer(),
    };
    return imageUploaded(source, { time: this.#time() });
  }

  delete(): ImageEvent | undefined {
    if (!this.#exists) return undefined;
    const sequence = ++this.#events;
    this.#exists = false;
    const versionId = this.isVersioned ? `v${sequence}` : null;
    const source = { bucket: UPLOADS, key: KEY, versionId, sequencer: this.#sequencer() };
    return imageDeleted({ ...source, deleteMarker: this.isVersioned }, { time: this.#time() });
  }

  /** As HeadObject tells of it. */
  head(): ExistingSource | undefined {
    const current = this.#current;
    if (!current) return undefined;
    const { eTag, versionId, at } = current;
    const dates = { modifiedAt: toWholeSeconds(at), seenAt: toWholeSeconds(this.now) };
    return { key: KEY, eTag, versionId, size: 1, ...dates, isGenerated: false };
  }

  /** What an operator's command publishes who has read this manifest, and reads the source now. */
  redo(manifest: Manifest | undefined): ImageEvent | undefined {
    const source = this.head();
    if (source) return toUploadEvent({ bucket: UPLOADS, source, manifest });
    return manifest && manifest.status !== "deleted" ? toDeleteEvent(manifest) : undefined;
  }

  deliver(event: ImageEvent): void {
    if (event.type === "image.deleted") {
      if (decideDeleted(event, this.manifest) !== "remove") return;
      const { sequencer, versionId } = event.data;
      const source = Source.parse({ ...event.data, eTag: "none", size: 0, sequencer, versionId });
      this.manifest = tombstone(source, { eventTime: event.time });
      return;
    }
    const known = withKnownOrder(event, this.manifest);
    if (
      decideUploaded(known, this.manifest, isMadeWith(this.manifest, RECIPE)) !== "process" ||
      !this.#canRead(event.data)
    )
      return;
    this.manifest = processed(Source.parse(known.data), { eventTime: known.time });
  }

  /** Whether the manifest tells of the source as it stands, or of none. */
  isTrue(): boolean {
    const current = this.#current;
    if (!current) return this.manifest === undefined || this.manifest.status === "deleted";
    if (!this.manifest || this.manifest.status === "deleted") return false;
    return this.manifest.source.eTag === current.eTag;
  }

  /** A read pinned by eTag, and by version where there is one: an old version can still be read. */
  #canRead({ eTag, versionId }: { eTag: string; versionId: string | null }): boolean {
    if (versionId === null) return this.#current?.eTag === eTag;
    return this.#versions.some((version) => version.versionId === versionId && version.eTag === eTag);
  }

  #sequencer = () => this.#events.toString(16).padStart(8, "0").toUpperCase();
  #time = () => new Date(this.now).toISOString();
}

function toWholeSeconds(milliseconds: number): Date {
  return new Date(Math.floor(milliseconds / 1000) * 1000);
}
