import { Argument, Option } from "@commander-js/extra-typings";
import { ending, JSON_OUTPUT, newCommand, type ProgramContext } from "../program/command.ts";
import { numberOf } from "../program/to-number.ts";

const BENCHMARKS = `engine  CPU time for each picture, against other ways of making the same renditions
  process time for each picture with the engine in a child process, as shipped, and without
  memory  memory of the process over many pictures, by allocator setting
  front   what each encoder costs, in CPU time and in bytes at equal quality
  cold    CPU time from the start of each handler to its first result, and sizes of bundles and zips
  worker  wall time for each picture, against a naive worker, with a store 25 ms away
  cost    CPU time, bytes and requests of an image, from which "npx pipeline cost" calculates
  power   wall time and price of an image by the worker's memory size, with its share of a vCPU
  burst   images at once on the local runtime: results, throughput, memory, share of CPU that encodes
  store   whether the local S3 and SQS, an audit and dlq take longer for each image as there are more`;

/** `npx pipeline bench` */
export function benchCommand(context: ProgramContext) {
  return newCommand("bench", context, {
    summary: "measure the image engine and the functions on this machine",
    description: `Measures the image engine and the functions on this machine. Without a name: all but front.

  ${BENCHMARKS}`,
    examples: [
      ["npx pipeline bench engine --photos DIR", "your own photographs: large ones give the truest numbers"],
      ["npx pipeline bench cold --json", "numbers for a program"],
      ["npx pipeline bench burst store --images 20000 --store", "figures for docs/scale.md"],
    ],
  })
    .addArgument(new Argument("[benchmarks...]", "the benchmarks to run"))
    .option("--photos <dir>", "photographs to measure with, instead of the samples")
    .addOption(
      new Option("--rounds <n>", "how often each measurement is taken; the median counts")
        .argParser(numberOf("--rounds", { least: 1, whole: true }))
        .default(3),
    )
    .addOption(
      new Option("--pictures <n>", "how many pictures memory renders")
        .argParser(numberOf("--pictures", { least: 1, whole: true }))
        .default(1000),
    )
    .addOption(
      new Option("--images <n>", "how many images burst uploads, and store stores at most")
        .argParser(numberOf("--images", { least: 10, most: 100_000, whole: true }))
        .default(2000),
    )
    .option("--allocators", "run memory with other allocator settings than the worker's too")
    .option(
      "--store",
      "keep the figures of cost, burst and store in this clone, for docs/cost.md and docs/scale.md",
    )
    .addOption(JSON_OUTPUT)
    .action(
      ending(context, async (benchmarks, options) => {
        const { bench } = await import("../bench/bench.ts");
        return bench(benchmarks, options, context);
      }),
    );
}
