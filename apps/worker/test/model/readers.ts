import { createHash } from "node:crypto";
import { Manifest } from "@image-pipeline/schema";
import { type MemoryBucket, S3Fault } from "@image-pipeline/testing";
import { isOfMoment } from "./accounts.ts";
import type { Happened } from "./world.ts";

/** What happened, and the keys of which something was done again: its manifest may be written anew in the same place. */
interface History {
  happened: readonly Happened[];
  redone: ReadonlySet<string>;
}

/**
 * The processed bucket with a reader behind every write: whoever follows any manifest at any moment sees one whole set
 * of renditions, all of one source, and never an older source than before.
 *
 * @param report is told of whatever a reader could have seen and must not
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

/** @returns why the renditions that a manifest names are no whole set of its own source */
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

/** When what a manifest is about happened among all that happened: by the world's own order, not by any sequencer. */
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
