import { toResultEvent } from "@image-pipeline/schema/events";
import { toImageId, toManifestKey } from "@image-pipeline/schema/keys";
import { Manifest } from "@image-pipeline/schema/manifest";
import { PROCESSED, S3Fault, UPLOADS } from "@image-pipeline/testing";
import type { Happened, World } from "./world-state.ts";

const SECOND_DIGITS = "2026-01-01T00:00:00".length;

/** The result of an upload: exactly one of these, or it is missing. */
export type Account = "processed" | "rejected" | "superseded" | "deleted" | "dead letter" | "missing";

/** Returns the account of every upload, read from the buckets and the dead-letter queue. */
export function accountsOf(world: World): Account[] {
  return world.happened.flatMap((one, index) =>
    "upload" in one.operation ? [accountOf(world, one, index)] : [],
  );
}

function accountOf(world: World, { operation, event }: Happened, index: number): Account {
  const later = world.happened.slice(index + 1).filter((other) => isOfKey(other, operation.key));
  const last = later.at(-1);
  if (last) return "upload" in last.operation ? "superseded" : accountOfDelete(world, last);
  const manifest = manifestOf(world, operation.key);
  if (manifest && manifest.status !== "deleted" && isOfMoment(manifest, event.time)) return manifest.status;
  return isDeadLetter(world, event.id) ? "dead letter" : "missing";
}

/** A backfill knows the second of an upload only; nothing else happens in that second. */
export function isOfMoment({ eventTime }: Manifest, time: string): boolean {
  return eventTime?.slice(0, SECOND_DIGITS) === time.slice(0, SECOND_DIGITS);
}

/** Returns true for an operation that changes the key's current version; the purge of an old version does not. */
function isOfKey({ operation }: Happened, key: string): boolean {
  return operation.key === key && !("purge" in operation);
}

/** A delete counts once its tombstone is written. */
function accountOfDelete(world: World, { operation, event }: Happened): Account {
  const manifest = manifestOf(world, operation.key);
  if (manifest?.status === "deleted" && isOfMoment(manifest, event.time)) return "deleted";
  return isDeadLetter(world, event.id) ? "dead letter" : "missing";
}

function isDeadLetter({ deadLetters }: World, eventId: string): boolean {
  return deadLetters.some(({ event }) => event.id === eventId);
}

/** Compares every key's manifest with the result of a perfect sequential run, and returns the differences. */
export function differencesFromPerfect(world: World): string[] {
  const keys = new Set(world.happened.map(({ operation }) => operation.key));
  return [...keys].flatMap((key) => {
    const last = world.happened.findLast((one) => isOfKey(one, key));
    const manifest = manifestOf(world, key);
    if (!last || !manifest) return [`${key} has no manifest`];
    const expected = toStatus(last);
    const isRight = manifest.status === expected && isOfMoment(manifest, last.event.time);
    return [
      ...(isRight
        ? []
        : [`${key} is ${manifest.status} of ${manifest.eventTime}, not ${expected} of ${last.event.time}`]),
      ...misplaced(world, key, manifest),
      ...untold(world, key, manifest),
    ];
  });
}

function toStatus({ operation }: Happened): Manifest["status"] {
  if (!("upload" in operation)) return "deleted";
  return operation.upload.startsWith("bad") ? "rejected" : "processed";
}

/** Returns renditions that the manifest names but that will be removed, and others that remain although it does not name them. */
function misplaced(world: World, key: string, manifest: Manifest): string[] {
  const isStaying = (rendition: string) => world.processed.get(rendition).tags === "";
  const named = new Set(manifest.renditions.map((rendition) => rendition.key));
  const there = world.processed.list(`renditions/${toImageId(UPLOADS, key)}/`);
  const lost = [...named].filter((rendition) => !there.includes(rendition) || !isStaying(rendition));
  // A worker that is killed after another has acknowledged its message leaves renditions that no event finds: only a visibility
  // time-out shorter than the function's own, which synth refuses, lets two have the same message.
  const left = world.overlapped
    ? []
    : there.filter((rendition) => !named.has(rendition) && isStaying(rendition));
  return [
    ...lost.map((rendition) => `${rendition} is named by a manifest and will be gone`),
    ...left.map((rendition) => `${rendition} is left over`),
  ];
}

function untold(world: World, key: string, manifest: Manifest): string[] {
  const { id } = toResultEvent(manifest, { bucket: PROCESSED, key: toManifestKey(UPLOADS, key) });
  return world.results.some((result) => result.id === id)
    ? []
    : [`nobody was told that ${key} is ${manifest.status}`];
}

/** Returns the current manifest of a key. */
export function manifestOf({ processed }: World, key: string): Manifest | undefined {
  try {
    const { body } = processed.get(toManifestKey(UPLOADS, key));
    return Manifest.parse(JSON.parse(new TextDecoder().decode(body)));
  } catch (error) {
    if (error instanceof S3Fault) return undefined;
    throw error;
  }
}
