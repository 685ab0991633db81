import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { extname, join } from "node:path";
import sharp from "sharp";
import { photographs } from "../photographs.ts";
import { progress } from "../report/progress.ts";
import { type Row, toTable } from "../report/table.ts";
import { cpuByRole, type ProcessSample, processSamples } from "./process-samples.ts";
import { type ServingRuntime, startServing, type Upload } from "./serving-runtime.ts";

const SAMPLE_MILLISECONDS = 500;
/** Images that are uploaded before the burst. */
const WARM_PER_CORE = 3;

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
    /** By role: the runtime with its S3, SQS and Rekognition, the functions, and their engines, which decode and encode. */
    seconds: Record<string, number>;
    /** Share of this CPU time that is the engine's; null if it is unknown. */
    encodingShare: number | null;
    /** Cores that are busy with it, on average. */
    busyCores: number;
    /** CPU time of this process, which uploads; it is none of the above. */
    clientSeconds: number;
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
    const files = photos === undefined ? await writePictures(folder, images) : ofPhotographs(photos, images);
    return await runBurst(files);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    progress("");
  }
}

function ofPhotographs(photos: string, images: number): Upload[] {
  const paths = photographs(photos).map(({ path }) => path);
  return Array.from({ length: images }, (_, index) => {
    const path = paths[index % paths.length] ?? "";
    return { path, key: `${index}${extname(path)}` };
  });
}

async function writePictures(folder: string, images: number): Promise<Upload[]> {
  const files = Array.from({ length: images }, (_, index) => `${index}.jpg`);
  for (const [index, key] of files.entries()) {
    const background = { r: index % 256, g: index >> 8, b: 128 };
    const picture = sharp({ create: { width: 96, height: 64, channels: 3, background } });
    writeFileSync(join(folder, key), await picture.jpeg().toBuffer());
  }
  return files.map((key) => ({ path: join(folder, key), key }));
}

/** Measures from the first upload to the last result. */
async function runBurst(files: readonly Upload[]): Promise<Burst> {
  const images = files.length;
  const runtime = await startServing();
  try {
    await warm(runtime, files);
    const statuses: Record<string, number> = {};
    const samples: Sample[] = [];
    let done = 0;
    const sample = () => samples.push({ done, processes: processSamples(runtime.pid) });
    sample();
    const begin = performance.now();
    const ownBefore = process.cpuUsage();
    const sampler = setInterval(sample, SAMPLE_MILLISECONDS);
    const uploading = runtime.upload(files);
    // The first to fail ends the burst: without it, images that were not uploaded would be waited for.
    const failed = uploading.then(() => new Promise<never>(() => {}));
    try {
      while (done < images) {
        const status = await Promise.race([runtime.nextStatus(), failed]);
        statuses[status] = (statuses[status] ?? 0) + 1;
        progress(`burst: ${++done} of ${images}`);
      }
    } finally {
      clearInterval(sampler);
    }
    sample();
    const seconds = (performance.now() - begin) / 1000;
    const { user, system } = process.cpuUsage(ownBefore);
    return {
      ...{ images, statuses, seconds, imagesPerSecond: done / seconds },
      memory: halves(samples, images),
      cpu: { ...toCpu(samples, seconds), clientSeconds: (user + system) / 1e6 },
    };
  } finally {
    await runtime.stop();
  }
}

/** Uploads a few of the images first, so that the functions' processes have started. */
async function warm(runtime: ServingRuntime, files: readonly Upload[]): Promise<void> {
  const some = files.slice(0, WARM_PER_CORE * availableParallelism());
  await runtime.upload(some.map(({ path, key }) => ({ path, key: `warm-${key}` })));
  for (const _ of some) await runtime.nextStatus();
}

interface Sample {
  /** Images that are done. */
  done: number;
  processes: ProcessSample[];
}

function toCpu(samples: readonly Sample[], wallSeconds: number): Omit<Burst["cpu"], "clientSeconds"> {
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
CPU: ${cpu.busyCores.toFixed(1)} of ${cpu.cores} cores busy, ${share} of it with decoding and encoding; the client's ${cpu.clientSeconds.toFixed(0)} s are not counted

${toTable(head, rows)}
`;
}
