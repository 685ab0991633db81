export type { Figures } from "./command/figures.ts";
export {
  COMMANDS as BENCHMARKS,
  type CommandName as BenchmarkName,
  type Options,
} from "./command/options.ts";
export { runBenchmarks } from "./command/run-benchmarks.ts";
export type { CostFigures } from "./cost/bench-cost.ts";
