import { dirname, join } from "node:path";
import { engineProcess, startChild } from "@image-pipeline/engine-process";
import { usageOf } from "@image-pipeline/engine-process/usage";
import { renderImage } from "@image-pipeline/imaging";
import type { Presets } from "@image-pipeline/schema/config";
import { LIMITS } from "./contenders/recipe.ts";
import { unpackHandler } from "./handlers/handler-zips.ts";
import { type Contender, interleave, type Times, timesLonger } from "./measure/interleave.ts";
import { mean } from "./measure/mean.ts";
import type { Photograph } from "./photographs.ts";
import { type Row, toFactor, toMilliseconds, toTable } from "./report/table.ts";

/** Times for each picture with the engine in this process and in a child, in turns. */
export interface ProcessTimes {
  wall: Times;
  cpu: Times;
}

const WITHOUT = "the engine in the same process";
const WITH = "the engine in a child process, as shipped";

/** Measures the cost of the child process: the same pictures with it and without it, in the same run. */
export async function benchProcess(
  photographs: readonly Photograph[],
  { rounds, presets }: { rounds: number; presets: Presets },
): Promise<ProcessTimes> {
  const program = join(dirname(unpackHandler("worker").module), "engine.js");
  const child = startChild(program);
  const engine = engineProcess(() => child);
  const recipe = { presets, limits: LIMITS };
  const ways = [
    { name: WITHOUT, render: ({ data }: Photograph) => renderImage(data, recipe, () => {}) },
    { name: WITH, render: ({ data }: Photograph) => engine.render(data, recipe, () => {}) },
  ];
  const contenders = (measure: (work: () => Promise<unknown>) => Promise<number>): Contender<Photograph>[] =>
    ways.map(({ name, render }) => ({ name, measure: (photograph) => measure(() => render(photograph)) }));
  try {
    return {
      wall: await interleave(contenders(wallTime), photographs, rounds),
      cpu: await interleave(
        contenders((work) => cpuTimeOfBoth(work, child.pid)),
        photographs,
        rounds,
      ),
    };
  } finally {
    engine.close();
  }
}

async function wallTime(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** The CPU time of this process and of the child, in milliseconds; the child's in steps of 10. */
async function cpuTimeOfBoth(work: () => Promise<unknown>, pid: number): Promise<number> {
  const own = process.cpuUsage();
  const before = usageOf(pid)?.cpuSeconds ?? 0;
  await work();
  const { user, system } = process.cpuUsage(own);
  return (user + system) / 1000 + 1000 * ((usageOf(pid)?.cpuSeconds ?? 0) - before);
}

export function processTable({ wall, cpu }: ProcessTimes): string {
  const table = (what: string, times: Times) => {
    const rows = Object.entries(times).map(([name, all]): Row => {
      const { overall, least, most } = timesLonger(times, name, WITHOUT);
      return [name, toMilliseconds(mean(all)), toFactor(overall), `${toFactor(least)} to ${toFactor(most)}`];
    });
    return toTable([`${what} for each picture`, "mean", "ratio", "on one picture"], rows);
  };
  return `${table("Wall time", wall)}\n\n${table("CPU time", cpu)}\n`;
}
