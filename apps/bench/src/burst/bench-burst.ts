import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { UserFault } from "@image-pipeline/schema/user-fault";
import sharp from "sharp";
import { progress } from "../command/progress.ts";
import { type Row, toTable } from "../report/table.ts";

const MEBIBYTE = 2 ** 20;
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
}

/** Drops many small images at once on the local runtime and counts what becomes of them. */
export async function benchBurst({ images }: { images: number }): Promise<Burst> {
  const folder = mkdtempSync(join(tmpdir(), "image-pipeline-burst-"));
  try {
    await writePictures(folder, images);
    return await runBurst(folder, images);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    progress("");
  }
}

async function writePictures(folder: string, images: number): Promise<void> {
  mkdirSync(folder, { recursive: true });
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
  const samples: { done: number; memory: Map<string, number> }[] = [];
  let done = 0;
  let begin = 0;
  const sampler = setInterval(
    () => samples.push({ done, memory: memoryByRole(child.pid ?? 0) }),
    SAMPLE_MILLISECONDS,
  );
  for await (const line of createInterface({ input: child.stdout })) {
    begin ||= performance.now();
    const { status } = JSON.parse(line);
    statuses[status] = (statuses[status] ?? 0) + 1;
    progress(`burst: ${++done} of ${images}`);
  }
  clearInterval(sampler);
  if (done === 0) throw new UserFault(`the local runtime did not start: ${said.trim()}`);
  const seconds = (performance.now() - begin) / 1000;
  return { images, statuses, seconds, imagesPerSecond: done / seconds, memory: halves(samples, images) };
}

function halves(
  samples: readonly { done: number; memory: Map<string, number> }[],
  images: number,
): Burst["memory"] {
  const roles = new Set(samples.flatMap(({ memory }) => [...memory.keys()]));
  const most = (role: string, isIn: (done: number) => boolean) =>
    Math.max(
      0,
      ...samples.filter(({ done }) => done > 0 && isIn(done)).map(({ memory }) => memory.get(role) ?? 0),
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

/** Resident memory in MiB of the largest process of each role, from Linux's /proc; empty elsewhere. */
function memoryByRole(root: number): Map<string, number> {
  const found = new Map<string, number>();
  if (process.platform !== "linux") return found;
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const status = read(`/proc/${pid}/status`);
    const parent = Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]);
    const role =
      Number(pid) === root ? "runtime" : /-(ingest|worker)\0$/.exec(read(`/proc/${pid}/cmdline`))?.[1];
    if (role === undefined || (parent !== root && Number(pid) !== root)) continue;
    const mebibytes = Math.round((Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1024) / MEBIBYTE);
    found.set(role, Math.max(mebibytes, found.get(role) ?? 0));
  }
  return found;
}

/** A process may end between two looks. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

export function burstTable({ images, statuses, seconds, imagesPerSecond, memory }: Burst): string {
  const counts = Object.entries(statuses).map(([status, count]) => `${count} ${status}`);
  const head: Row = ["Largest process, MiB resident", "first half", "last half"];
  const rows = Object.entries(memory).map(
    ([role, { firstHalf, lastHalf }]): Row => [role, String(firstHalf), String(lastHalf)],
  );
  return `${images} small images at once: ${counts.join(", ")}; ${seconds.toFixed(1)} s, ${imagesPerSecond.toFixed(0)} images a second

${toTable(head, rows)}
`;
}
