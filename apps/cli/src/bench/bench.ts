import { writeFile } from "node:fs/promises";
import type { BenchmarkName } from "@image-pipeline/bench";
import { USAGE, UserFault } from "@image-pipeline/schema/user-fault";
import { MEASUREMENT_FILE, PHOTOGRAPHS_FILE } from "../cost/measurement.ts";
import type { Context } from "../program/context.ts";
import { didYouMean } from "../program/did-you-mean.ts";
import { DONE } from "../program/exit-codes.ts";
import { build } from "../synth/run-tool.ts";

export interface BenchOptions {
  photos?: string | undefined;
  rounds: number;
  pictures: number;
  allocators?: boolean | undefined;
  json?: boolean | undefined;
  store?: boolean | undefined;
}

/** @throws {UserFault} for a benchmark that does not exist */
export async function bench(
  names: readonly string[],
  { photos, rounds, pictures, allocators = false, json = false, store = false }: BenchOptions,
  { terminal, variables }: Context,
): Promise<number> {
  const { BENCHMARKS, runBenchmarks } = await import("@image-pipeline/bench");
  const commands = toBenchmarks(names, BENCHMARKS);
  await build("@image-pipeline/bench^...", { variables });
  const { cost } = await runBenchmarks(
    { commands, json, photos, rounds, pictures, allocators },
    terminal.out,
  );
  const file = photos === undefined ? MEASUREMENT_FILE : PHOTOGRAPHS_FILE;
  if (store && cost) await writeFile(file, `${JSON.stringify(cost, null, 2)}\n`);
  return DONE;
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
