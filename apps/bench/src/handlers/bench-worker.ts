import { join } from "node:path";
import type { Presets } from "@image-pipeline/schema/config";
import { mean } from "../measure/mean.ts";
import type { Photograph } from "../photographs.ts";
import { progress } from "../report/progress.ts";
import { type Row, toFactor, toMilliseconds, toTable } from "../report/table.ts";
import { toBatch, toEnvironment, toSources } from "./events.ts";
import { runHandler } from "./handler-run.ts";
import { unpackHandler } from "./handler-zips.ts";
import { startStandInAws } from "./stand-in-aws.ts";

/** Wall-clock milliseconds a picture, by way of working. */
export type WorkerTimes = Record<string, number>;

/** A store in the same region: 25 ms to the first byte, 80 MB/s. */
const DISTANCE = { firstByteMilliseconds: 25, bytesPerMillisecond: 80_000 };
const NAIVE = "naive worker";

/** Wall time a picture of the shipped worker and of a naive one, warm, each in one process on one store. */
export async function benchWorker(
  photographs: readonly Photograph[],
  { rounds, presets }: { rounds: number; presets: Presets },
): Promise<WorkerTimes> {
  const aws = await startStandInAws(toSources(photographs), DISTANCE);
  const environment = toEnvironment(aws.endpoint, presets);
  const { module } = unpackHandler("worker");
  const ones = photographs.map((photograph) => toBatch([photograph]));
  const ways = [
    { name: NAIVE, module: join(import.meta.dirname, "naive-worker.ts"), events: ones },
    { name: "this worker, one message a batch", module, events: ones },
    { name: "this worker, batches of all: the next read under way", module, events: [toBatch(photographs)] },
  ];
  const walls = new Map(ways.map(({ name }) => [name, [] as number[]]));
  try {
    for (let round = 0; round < rounds; round++) {
      for (const { name, ...order } of ways) {
        progress(`round ${round + 1} of ${rounds}: ${name}`);
        const warmUp = order.events.slice(0, 1);
        const times = await runHandler({ ...order, events: [...warmUp, ...order.events] }, environment);
        const wall = times.events.slice(warmUp.length).reduce((sum, event) => sum + event.wall, 0);
        walls.get(name)?.push(wall / photographs.length);
      }
    }
  } finally {
    aws.close();
    progress("");
  }
  return Object.fromEntries([...walls].map(([name, times]) => [name, mean(times)]));
}

export function workerTable(times: WorkerTimes): string {
  const head: Row = ["Wall time a picture, 25 ms to the first byte, 80 MB/s", "mean", "of the naive"];
  const rows = Object.entries(times).map(
    ([name, time]): Row => [name, toMilliseconds(time), toFactor(time / (times[NAIVE] ?? Number.NaN))],
  );
  return `${toTable(head, rows)}\n`;
}
