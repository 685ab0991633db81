import { setTimeout as sleep } from "node:timers/promises";
import type { Manifest } from "../contract.ts";

export interface WaitOptions {
  /** The `ETag` that S3 answered the upload with, to wait for this version of the object (default: any version). */
  eTag?: string;
  /** Milliseconds to wait at most (default: 30 seconds). */
  timeout?: number;
  /** Ends the wait, such as the signal of a request whose client has gone. */
  signal?: AbortSignal;
}

const DEFAULT_TIMEOUT_MILLISECONDS = 30_000;
const FIRST_DELAY_MILLISECONDS = 200;
const MAX_DELAY_MILLISECONDS = 3_000;
const GROWTH = 1.5;

/** Reads a manifest: the waiting itself knows nothing of S3. */
type Read = (signal: AbortSignal) => Promise<Manifest | undefined>;
type Sleep = (milliseconds: number, value: undefined, options: { signal: AbortSignal }) => Promise<void>;

/**
 * Waits until an image is processed, rejected or deleted. The pauses between two reads grow to three seconds, with jitter.
 *
 * @throws {DOMException} `TimeoutError` after the timeout; or the reason of the signal
 */
export async function waitForImage(
  read: Read,
  { eTag, timeout = DEFAULT_TIMEOUT_MILLISECONDS, signal }: WaitOptions = {},
  pause: Sleep = sleep,
): Promise<Manifest> {
  const begin = Date.now();
  const ending = AbortSignal.any([AbortSignal.timeout(timeout), ...(signal ? [signal] : [])]);
  let delay = FIRST_DELAY_MILLISECONDS;
  try {
    for (;;) {
      ending.throwIfAborted();
      const manifest = await read(ending);
      if (manifest && isAbout(manifest, eTag, begin)) return manifest;
      await pause(delay * (0.75 + Math.random() / 2), undefined, { signal: ending });
      delay = Math.min(delay * GROWTH, MAX_DELAY_MILLISECONDS);
    }
  } catch (error) {
    throw ending.aborted ? ending.reason : error;
  }
}

/** A tombstone names no ETag. If it is from before the wait, the key was deleted earlier and is uploaded again now. */
function isAbout(manifest: Manifest, eTag: string | undefined, begin: number): boolean {
  if (eTag === undefined) return true;
  if (!("eTag" in manifest.source)) return Date.parse(manifest.updatedAt) >= begin;
  return manifest.source.eTag === eTag.replaceAll('"', "");
}
