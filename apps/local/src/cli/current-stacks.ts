import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { type Build, buildAndSynth, ROOT } from "./build-and-synth.ts";
import { sourceFingerprint } from "./source-fingerprint.ts";

const CACHE = join(ROOT, "node_modules/.cache/image-pipeline/stacks");
/** Enough for a few environments and the change that was just undone. */
const MAX_KEPT = 4;
/** Another run may still be reading stacks that were used this recently. */
const IN_USE_MILLISECONDS = 60_000;

export interface StacksOptions {
  /** Whose settings; undefined for those of the first environment. */
  environment: string | undefined;
  /** Paths that hold no sources. */
  without: readonly string[];
  /** The folder to build in when the cache cannot be written. */
  spareFolder: string;
  /** Called when something has changed and must be built. */
  onBuild(build: Build): void;
  cache?: string;
  /** Reads which sources there are. */
  fingerprint?: typeof sourceFingerprint;
  build?: typeof buildAndSynth;
}

/**
 * The synthesised stacks with the functions' zips, built only when a source has changed since the last build.
 *
 * @returns `cdktf.out/stacks`
 * @throws {UserFault} with the message of the step that failed
 */
export async function currentStacks({
  environment,
  without,
  spareFolder,
  onBuild,
  cache = CACHE,
  fingerprint = sourceFingerprint,
  build = buildAndSynth,
}: StacksOptions): Promise<string> {
  const id = fingerprint({ root: ROOT, environment, without, variables: process.env });
  const place = join(cache, id);
  if (existsSync(join(place, "stacks"))) {
    touch(place);
    return join(place, "stacks");
  }
  const canCache = isWritable(cache);
  const folder = canCache ? `${place}.${process.pid}` : spareFolder;
  const running = build(folder, environment);
  onBuild(running);
  try {
    await running.done;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  if (!canCache) return join(folder, "stacks");
  return join(moveInto(cache, folder, place), "stacks");
}

/** Another run may have built the same at the same time: either result will do. */
function moveInto(cache: string, folder: string, place: string): string {
  try {
    renameSync(folder, place);
  } catch (error) {
    if (!existsSync(join(place, "stacks"))) throw error;
    rmSync(folder, { recursive: true, force: true });
  }
  removeOldest(cache);
  return place;
}

function removeOldest(cache: string): void {
  const byAge = readdirSync(cache)
    .map((name) => join(cache, name))
    .map((path) => ({ path, used: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((one, other) => other.used - one.used);
  for (const { path, used } of byAge.slice(MAX_KEPT))
    if (Date.now() - used > IN_USE_MILLISECONDS) rmSync(path, { recursive: true, force: true });
}

function touch(path: string): void {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // a cache that may only be read
  }
}

function isWritable(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true });
    const probe = join(folder, `.${process.pid}`);
    mkdirSync(probe);
    rmSync(probe, { recursive: true });
    return true;
  } catch {
    return false;
  }
}
