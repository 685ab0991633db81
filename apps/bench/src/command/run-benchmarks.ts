import { ConfigError, firstPipeline, type Presets } from "@image-pipeline/schema/config";
import { loadPipelines } from "@image-pipeline/schema/load";
import { toJsonLine } from "@image-pipeline/schema/plain-text";
import { UserFault } from "@image-pipeline/schema/user-fault";
import { benchEngine } from "../bench-engine.ts";
import { benchProcess, processTable } from "../bench-process.ts";
import { benchBurst, burstTable } from "../burst/bench-burst.ts";
import { comparisonTable } from "../comparison.ts";
import { benchCost, costTable } from "../cost/bench-cost.ts";
import { benchFront, frontTable } from "../encoders/bench-front.ts";
import { benchCold, coldTable } from "../handlers/bench-cold.ts";
import { benchWorker, workerTable } from "../handlers/bench-worker.ts";
import { machine, machineLine } from "../machine.ts";
import { benchMemory, memoryTable } from "../memory/bench-memory.ts";
import { heicPhotographs, megapixels, photographs, photographsForAll } from "../photographs.ts";
import { benchPower, powerTable } from "../power/bench-power.ts";
import { note } from "../report/progress.ts";
import { benchStore, storeTable } from "../store/bench-store.ts";
import type { Figures, Measured } from "./figures.ts";
import type { CommandName, Options } from "./options.ts";

/** A benchmark's result: figures for programs, text for people. */
interface Report {
  figures: Measured;
  text: string;
}

/** Runs the benchmarks that were asked for, and writes a table for each, or all figures as one line of JSON. */
export async function runBenchmarks(
  options: Options,
  out: (lines: readonly string[]) => void,
): Promise<Figures> {
  const sizes = (await megapixels(photographs(options.photos))).map((size) => Number(size.toFixed(1)));
  note(`${machineLine()}\n${sizes.length} photographs of ${sizes.join(", ")} megapixels`);
  const heic = heicPhotographs(options.photos).length;
  if (heic > 0) note(`${heic} of them in HEIC: for cost, power, burst, and a part of engine only.`);
  if (options.photos === undefined) note("The samples are small: for figures that count, give --photos DIR.");
  const figures: Figures = { machine: machine(), megapixels: sizes };
  for (const command of options.commands) {
    const report = await BENCHMARKS[command](options);
    Object.assign(figures, report.figures);
    if (!options.json) out(`\n${report.text.trimEnd()}`.split("\n"));
  }
  if (options.json) out([toJsonLine(figures)]);
  return figures;
}

const BENCHMARKS: Record<CommandName, (options: Options) => Promise<Report>> = {
  async engine({ photos, rounds }) {
    const comparisons = await benchEngine({ photos, rounds, shipped: await shippedPresets() });
    return { figures: { engine: comparisons }, text: comparisons.map(comparisonTable).join("\n") };
  },
  async process({ photos, rounds }) {
    const times = await benchProcess(photographsForAll(photos), { rounds, presets: await shippedPresets() });
    return { figures: { process: times }, text: processTable(times) };
  },
  async memory({ photos, pictures, allocators }) {
    const curves = await benchMemory(photographsForAll(photos), {
      ...{ pictures, allocators },
      presets: await shippedPresets(),
    });
    return { figures: { memory: curves }, text: memoryTable(curves) };
  },
  async front({ photos, rounds }) {
    const points = await benchFront(photographsForAll(photos), rounds);
    return { figures: { front: points }, text: frontTable(points) };
  },
  async cold({ photos, rounds }) {
    const starts = await benchCold(photographsForAll(photos), { rounds, presets: await shippedPresets() });
    return { figures: { cold: starts }, text: coldTable(starts) };
  },
  async worker({ photos, rounds }) {
    const times = await benchWorker(photographsForAll(photos), { rounds, presets: await shippedPresets() });
    return { figures: { worker: times }, text: workerTable(times) };
  },
  async cost({ photos, rounds }) {
    const cost = await benchCost(photos, { rounds, presets: await shippedPresets() });
    return { figures: { cost }, text: costTable(cost) };
  },
  async power({ photos, rounds }) {
    const power = await benchPower(photos, { rounds, presets: await shippedPresets() });
    return { figures: { power }, text: powerTable(power) };
  },
  async burst({ images, photos }) {
    const burst = await benchBurst({ images, photos });
    return { figures: { burst }, text: burstTable(burst) };
  },
  async store({ images }) {
    const store = await benchStore(images);
    return { figures: { store }, text: storeTable(store) };
  },
};

/**
 * Returns the presets of the first environment in `pipeline.config.ts`.
 *
 * @throws {UserFault} with the errors of the config
 */
async function shippedPresets(): Promise<Presets> {
  try {
    return firstPipeline(await loadPipelines()).presets;
  } catch (error) {
    throw error instanceof ConfigError ? new UserFault(error.message) : error;
  }
}
