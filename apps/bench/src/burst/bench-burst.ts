import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { extname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { UserFault } from "@image-pipeline/schema/user-fault";
import sharp from "sharp";
import { progress } from "../command/progress.ts";
import { photographs } from "../photographs.ts";
import { type Row, toTable } from "../report/table.ts";
import { cpuByRole, type ProcessSample, processSamples } from "./process-samples.ts";

const SAMPLE_MILLISECONDS = 500;
/** A start builds and synthesises first; only from the first image on does the clock run. */
const PIPELINE = join(import.meta.dirname, "../../../cli/bin/pipeline.mjs");

export interface Burst {
  images: number;
  /** Images by what became of them. */
  statuses: Record<string, number>;
  seconds: number;
  imagesPerSecond: number;
  /** The highest resident memory in MiB of any one process, by role, in the first and in the last half of the burst. */
  memory: Record<string, { firstHalf: number; lastHalf: number }>;
  cpu: {
    cores: number;
    /** By role: the runtime with its S3 and SQS, the functions, and the engine that decodes and encodes. */
    seconds: Record<string, number>;
    /** Share of this CPU time that is the engine's; null if it is unknown. */
    encodingShare: number | null;
    /** Cores that are busy with it, on average. */
    busyCores: number;
  };
}

export interface BurstOptions {
  images: number;
  /** A folder of photographs to upload in turns (default: small generated pictures, all different). */
  photos: string | undefined;
}

/** Drops many images at once on the local runtime and counts what becomes of them. */
export async function benchBurst({ images, photos }: BurstOptions): Promise<Burst> {
  const folder = mkdtempSync(join(tmpdir(), "image-pipeline-burst-"));
  try {
    if (photos === undefined) await writePictures(folder, images);
    else linkPhotographs(folder, images, photos);
    return await runBurst(folder, images);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    progress("");
  }
}

function linkPhotographs(folder: string, images: number, photos: string): void {
  const paths = photographs(photos).map(({ path }) => resolve(path));
  for (let index = 0; index < images; index++) {
    const path = paths[index % paths.length] ?? "";
    symlinkSync(path, join(folder, `${index}${extname(path)}`));
  }
}

async function writePictures(folder: string, images: number): Promise<void> {
  for (let index = 0; index < images; index++) {
    const background = { r: index % 256, g: index >> 8, b: 128 };
    const picture = sharp({ create: { width: 96, height: 64, channels: 3, background } });
    writeFileSync(join(folder, `${index}.jpg`), await picture.jpeg().toBuffer());
  }
}

async function runBurst(folder: string, images: number): Promise<Burst> {
  const child = spawn(process.execPath, [PIPELINE, "start", "--exit", "--json", "--port", "0", folder], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (text) => {
    said += text;
  });
  const statuses: Record<string, number> = {};
  const samples: Sample[] = [];
  let done = 0;
  let begin = 0;
  const sample = () => samples.push({ done, processes: processSamples(child.pid ?? 0) });
  const sampler = setInterval(() => done > 0 && sample(), SAMPLE_MILLISECONDS);
  for await (const line of createInterface({ input: child.stdout })) {
    if (begin === 0) sample();
    begin ||= performance.now();
    const { status } = JSON.parse(line);
    statuses[status] = (statuses[status] ?? 0) + 1;
    progress(`burst: ${++done} of ${images}`);
  }
  clearInterval(sampler);
  if (done === 0) throw new UserFault(`the local runtime did not start: ${said.trim()}`);
  const seconds = (performance.now() - begin) / 1000;
  return {
    ...{ images, statuses, seconds, imagesPerSecond: done / seconds },
    memory: halves(samples, images),
    cpu: toCpu(samples, seconds),
  };
}

interface Sample {
  /** Images that are done. */
  done: number;
  processes: ProcessSample[];
}

function toCpu(samples: readonly Sample[], wallSeconds: number): Burst["cpu"] {
  const seconds = cpuByRole(samples.map(({ processes }) => processes));
  const all = Object.values(seconds).reduce((sum, value) => sum + value, 0);
  return {
    cores: availableParallelism(),
    seconds,
    encodingShare: all > 0 ? (seconds.engine ?? 0) / all : null,
    busyCores: all / wallSeconds,
  };
}

function halves(samples: readonly Sample[], images: number): Burst["memory"] {
  const roles = new Set(samples.flatMap(({ processes }) => processes.map(({ role }) => role)));
  const most = (wanted: string, isIn: (done: number) => boolean) =>
    Math.max(
      0,
      ...samples
        .filter(({ done }) => isIn(done))
        .flatMap(({ processes }) => processes.filter(({ role }) => role === wanted))
        .map(({ mebibytes }) => mebibytes),
    );
  return Object.fromEntries(
    [...roles].map((role) => [
      role,
      {
        firstHalf: most(role, (done) => done <= images / 2),
        lastHalf: most(role, (done) => done > images / 2),
      },
    ]),
  );
}

export function burstTable({ images, statuses, seconds, imagesPerSecond, memory, cpu }: Burst): string {
  const counts = Object.entries(statuses).map(([status, count]) => `${count} ${status}`);
  const head: Row = ["Largest process, MiB resident", "first half", "last half", "CPU s, all processes"];
  const rows = Object.entries(memory).map(
    ([role, { firstHalf, lastHalf }]): Row => [
      role,
      String(firstHalf),
      String(lastHalf),
      (cpu.seconds[role] ?? 0).toFixed(0),
    ],
  );
  const share = cpu.encodingShare === null ? "unknown" : `${(100 * cpu.encodingShare).toFixed(0)} %`;
  return `${images} images at once: ${counts.join(", ")}; ${seconds.toFixed(1)} s, ${imagesPerSecond.toFixed(1)} images a second
CPU: ${cpu.busyCores.toFixed(1)} of ${cpu.cores} cores busy, ${share} of it with decoding and encoding

${toTable(head, rows)}
`;
}
