import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Call, cpuTimeOf } from "../measure/cpu-time.ts";
import type { Contender } from "../measure/interleave.ts";
import type { Photograph } from "../photographs.ts";
import { LIMITS, QUALITY, SAME_SETTINGS, WEBP_EFFORT, WIDTHS } from "./recipe.ts";

const RECIPE = JSON.stringify({ presets: SAME_SETTINGS, limits: LIMITS });

/** Every program is held to one thread: CPU time is compared, not how many cores there are. */
const ONE_THREAD = {
  VIPS_CONCURRENCY: "1",
  MAGICK_THREAD_LIMIT: "1",
  OMP_NUM_THREADS: "1",
  MALLOC_ARENA_MAX: "2",
};

/** A contender that is a program of its own. */
export interface Program extends Contender<Photograph> {
  /** Its version as it says it; undefined when it is not installed. */
  version: string | undefined;
}

/** This engine in a process of its own for each picture, so that it pays its start as the others do. */
export function engineProcess(bundlePath: string): Program {
  return program("this engine, a process for each", process.execPath, (photograph, folder) => [
    [process.execPath, bundlePath, photograph, folder, RECIPE],
  ]);
}

export const vipsthumbnail = program("vipsthumbnail per rendition", "vipsthumbnail", (photograph, folder) =>
  WIDTHS.flatMap((width): Call[] => [
    [
      "vipsthumbnail",
      photograph,
      "--size",
      `${width}x>`,
      "-o",
      join(folder, `${width}.webp[Q=${QUALITY},effort=${WEBP_EFFORT},strip]`),
    ],
    [
      "vipsthumbnail",
      photograph,
      "--size",
      `${width}x>`,
      "-o",
      join(folder, `${width}.jpg[Q=${QUALITY},optimize_coding,strip]`),
    ],
  ]),
);

/** The largest first, each further size from the one before it: the fastest that one command does. */
export const imageMagick = program("ImageMagick, one command", "convert", (photograph, folder) => {
  const steps = WIDTHS.toReversed().flatMap((width) => [
    ...["-resize", `${width}x>`],
    ...["-write", join(folder, `${width}.webp`), "-write", join(folder, `${width}.jpg`)],
  ]);
  const encoders = ["-quality", String(QUALITY), "-define", `webp:method=${WEBP_EFFORT}`];
  return [["convert", photograph, "-auto-orient", "-strip", ...encoders, ...steps, "null:"]];
});

function program(
  name: string,
  command: string,
  calls: (photograph: string, folder: string) => Call[],
): Program {
  return {
    name,
    version: versionOf(command),
    measure: async ({ path }) => {
      const folder = mkdtempSync(join(tmpdir(), "bench-"));
      try {
        return await cpuTimeOf(calls(path, folder), ONE_THREAD);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  };
}

function versionOf(command: string): string | undefined {
  const { status, stdout } = spawnSync(command, ["--version"], { encoding: "utf8" });
  return status === 0 ? stdout.split("\n")[0]?.trim() : undefined;
}
