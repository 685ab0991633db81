import { writeFile } from "node:fs/promises";
import type { BenchmarkName, Figures } from "@image-pipeline/bench";
import { USAGE, UserFault } from "@image-pipeline/schema/user-fault";
import { fileOfPhotographs, MEASUREMENT_FILE } from "../cost/measurement.ts";
import type { Context } from "../program/context.ts";
import { didYouMean } from "../program/did-you-mean.ts";
import { DONE } from "../program/exit-codes.ts";
import { build } from "../synth/run-tool.ts";
import { keepLocalRuntime } from "./local-runtime.ts";

export interface BenchOptions {
  photos?: string | undefined;
  rounds: number;
  pictures: number;
  images: number;
  allocators?: boolean | undefined;
  json?: boolean | undefined;
  store?: boolean | undefined;
}

/** @throws {UserFault} for a benchmark that does not exist */
export async function bench(
  names: readonly string[],
  { photos, rounds, pictures, images, allocators = false, json = false, store = false }: BenchOptions,
  { terminal, variables }: Context,
): Promise<number> {
  const { BENCHMARKS, runBenchmarks } = await import("@image-pipeline/bench");
  const commands = toBenchmarks(names, BENCHMARKS);
  await build("@image-pipeline/bench^...", { variables });
  const figures = await runBenchmarks(
    { commands, json, photos, rounds, pictures, images, allocators },
    terminal.out,
  );
  if (store) await keep(figures, photos !== undefined);
  return DONE;
}

/** Keeps figures in this clone; `npm run generate` writes the docs from them. */
async function keep(figures: Figures, isOfPhotographs: boolean): Promise<void> {
  const { cost, burst, store } = figures;
  if (cost) {
    const file = isOfPhotographs ? fileOfPhotographs(cost) : MEASUREMENT_FILE;
    await writeFile(file, `${JSON.stringify(cost, null, 2)}\n`);
  }
  if (burst || store) await keepLocalRuntime(figures, isOfPhotographs);
}

/** All of them but `front`, which takes long, when none is named. */
function toBenchmarks(names: readonly string[], known: readonly BenchmarkName[]): BenchmarkName[] {
  if (names.length === 0) return known.filter((name) => name !== "front");
  return names.map((word) => {
    const benchmark = known.find((name) => name === word);
    if (benchmark) return benchmark;
    throw new UserFault(`there is no benchmark "${word}": ${didYouMean(word, known)}`, USAGE);
  });
}
