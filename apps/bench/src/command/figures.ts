import type { ProcessTimes } from "../bench-process.ts";
import type { Burst } from "../burst/bench-burst.ts";
import type { Comparison } from "../comparison.ts";
import type { CostFigures } from "../cost/bench-cost.ts";
import type { FrontPoint } from "../encoders/bench-front.ts";
import type { ColdStart } from "../handlers/bench-cold.ts";
import type { WorkerTimes } from "../handlers/bench-worker.ts";
import type { machine } from "../machine.ts";
import type { MemoryCurves } from "../memory/bench-memory.ts";
import type { PowerPoint } from "../power/bench-power.ts";
import type { StoreTimes } from "../store/bench-store.ts";

/** The figures of each benchmark that ran. */
export interface Measured {
  engine?: Comparison[] | undefined;
  process?: ProcessTimes | undefined;
  memory?: MemoryCurves | undefined;
  front?: FrontPoint[] | undefined;
  cold?: ColdStart[] | undefined;
  worker?: WorkerTimes | undefined;
  cost?: CostFigures | undefined;
  power?: PowerPoint[] | undefined;
  burst?: Burst | undefined;
  store?: StoreTimes[] | undefined;
}

/** The result of a run, with the machine and the photographs that it was measured on. */
export interface Figures extends Measured {
  machine: Record<keyof ReturnType<typeof machine>, string | number>;
  megapixels: number[];
}
