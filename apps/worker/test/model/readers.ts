import { createHash } from "node:crypto";
import { Manifest } from "@image-pipeline/schema/manifest";
import { type MemoryBucket, S3Fault } from "@image-pipeline/testing";
import { isOfMoment } from "./accounts.ts";
import type { Happened } from "./world-state.ts";

/** The events that happened, and the keys of backfills: their manifests may be written again for the same event. */
interface History {
  happened: readonly Happened[];
  redone: ReadonlySet<string>;
}

/**
 * The processed bucket with a reader behind every write: a reader that follows any manifest at any time sees one complete set
 * of renditions, all of one source, and never an older source than before.
 *
 * @param report called with every violation that a reader could see
 */
export function watchReaders(
  bucket: MemoryBucket,
  { happened, redone }: History,
  report: (what: string) => void,
): MemoryBucket {
  return {
    ...bucket,
    put(key, body, options) {
      const before = read(bucket, key);
      const stored = bucket.put(key, body, options);
      if (key.startsWith("manifests/")) {
        const next = toManifest(body);
        for (const fault of [
          ...orderFaults(toManifest(before), next, { happened, redone }),
          ...setFaults(bucket, next),
        ])
          report(`${key}: ${fault}`);
      } else if (before && !Buffer.from(before).equals(body)) report(`${key} was changed`);
      return stored;
    },
    remove(key) {
      const reader = bucket
        .list("manifests/")
        .find((manifestKey) =>
          toManifest(read(bucket, manifestKey))?.renditions.some((rendition) => rendition.key === key),
        );
      if (reader) report(`${key} was removed while ${reader} names it`);
      return bucket.remove(key);
    },
  };
}

function orderFaults(before: Manifest | undefined, next: Manifest, { happened, redone }: History): string[] {
  const isOfOneVersion = next.status === "deleted" && next.versionOnly;
  if (!before || isOfOneVersion) return [];
  const steps = placeOf(next, happened) - placeOf(before, happened);
  if (steps > 0 || (steps === 0 && redone.has(next.source.key))) return [];
  return [`went back from ${before.eventTime} to ${next.eventTime}`];
}

/** @returns why the renditions of a manifest are not one complete set of its source */
function setFaults(bucket: MemoryBucket, { source, renditions }: Manifest): string[] {
  const tags = new Set(renditions.map(({ key }) => key.split("/").slice(0, -1).join("/")));
  const mixed = tags.size > 1 ? [`mixes renditions of ${tags.size} tags`] : [];
  const faults = renditions.flatMap(({ key, sha256 }) => {
    const body = read(bucket, key);
    if (!body) return [`names ${key}, which is not there`];
    const [, content = ""] = new TextDecoder().decode(body).split(" of ");
    const isWhole = digest("sha256", body) === sha256;
    const isOfSource = "eTag" in source && digest("md5", content) === source.eTag;
    return isWhole && isOfSource ? [] : [`${key} holds ${content}, which is not its source`];
  });
  return [...mixed, ...faults];
}

/** Returns the position of a manifest's event in the world's order, without any sequencer. */
function placeOf(manifest: Manifest, happened: readonly Happened[]): number {
  return happened.findIndex(({ event }) => isOfMoment(manifest, event.time));
}

function read(bucket: MemoryBucket, key: string): Uint8Array | undefined {
  try {
    return bucket.get(key).body;
  } catch (error) {
    if (error instanceof S3Fault) return undefined;
    throw error;
  }
}

function toManifest(body: Uint8Array): Manifest;
function toManifest(body: Uint8Array | undefined): Manifest | undefined;
function toManifest(body: Uint8Array | undefined): Manifest | undefined {
  return body && Manifest.parse(JSON.parse(new TextDecoder().decode(body)));
}

function digest(algorithm: "md5" | "sha256", data: string | Uint8Array): string {
  return createHash(algorithm).update(data).digest("hex");
}
