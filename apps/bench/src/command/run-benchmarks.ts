import { benchEngine } from "../bench-engine.ts";
import { benchProcess, processTable } from "../bench-process.ts";
import { benchBurst, burstTable } from "../burst/bench-burst.ts";
import { comparisonTable } from "../comparison.ts";
import { benchFront, frontTable } from "../encoders/bench-front.ts";
import { benchCold, coldTable } from "../handlers/bench-cold.ts";
import { benchWorker, workerTable } from "../handlers/bench-worker.ts";
import { machine, machineLine } from "../machine.ts";
import { benchMemory, memoryTable } from "../memory/bench-memory.ts";
import { megapixels, photographs } from "../photographs.ts";
import { shippedPresets } from "../shipped-presets.ts";
import type { CommandName, Options } from "./options.ts";
import { note } from "./progress.ts";

/** A benchmark's result: figures for programs, text for people. */
interface Report {
  figures: unknown;
  text: string;
}

/** Runs the benchmarks that were asked for; tables on stdout, or JSON alone. */
export async function runBenchmarks(options: Options): Promise<void> {
  const sizes = (await megapixels(photographs(options.photos))).map((size) => Number(size.toFixed(1)));
  note(`${machineLine()}\n${sizes.length} photographs of ${sizes.join(", ")} megapixels`);
  if (options.photos === undefined) note("The samples are small: for figures that count, give --photos DIR.");
  const figures: Partial<Record<CommandName, unknown>> = {};
  for (const command of options.commands) {
    const report = await BENCHMARKS[command](options);
    figures[command] = report.figures;
    if (!options.json) process.stdout.write(`\n${report.text}`);
  }
  if (options.json)
    process.stdout.write(
      `${JSON.stringify({ machine: machine(), megapixels: sizes, ...figures }, null, 2)}\n`,
    );
}

const BURST_IMAGES = 2000;

const BENCHMARKS: Record<CommandName, (options: Options) => Promise<Report>> = {
  async engine({ photos, rounds }) {
    const comparisons = await benchEngine({ photos, rounds, shipped: await shippedPresets() });
    return { figures: comparisons, text: comparisons.map(comparisonTable).join("\n") };
  },
  async process({ photos, rounds }) {
    const times = await benchProcess(photographs(photos), { rounds, presets: await shippedPresets() });
    return { figures: times, text: processTable(times) };
  },
  async memory({ photos, pictures, allocators }) {
    const curves = await benchMemory(photographs(photos), {
      ...{ pictures, allocators },
      presets: await shippedPresets(),
    });
    return { figures: curves, text: memoryTable(curves) };
  },
  async front({ photos, rounds }) {
    const points = await benchFront(photographs(photos), rounds);
    return { figures: points, text: frontTable(points) };
  },
  async cold({ photos, rounds }) {
    const starts = await benchCold(photographs(photos), { rounds, presets: await shippedPresets() });
    return { figures: starts, text: coldTable(starts) };
  },
  async worker({ photos, rounds }) {
    const times = await benchWorker(photographs(photos), { rounds, presets: await shippedPresets() });
    return { figures: times, text: workerTable(times) };
  },
  async burst() {
    const burst = await benchBurst({ images: BURST_IMAGES });
    return { figures: burst, text: burstTable(burst) };
  },
};
