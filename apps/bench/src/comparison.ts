import { type Times, timesLonger } from "./measure/interleave.ts";
import { mean } from "./measure/mean.ts";
import { type Row, toFactor, toMilliseconds, toTable } from "./report/table.ts";

/** This engine and others doing the same. */
export interface Comparison {
  title: string;
  /** Whom the others are measured against. */
  base: string;
  times: Times;
}

/** A comparison as text: the mean over the pictures, and how many times this engine's time that is. */
export function comparisonTable({ title, base, times }: Comparison): string {
  const rows = Object.entries(times).map(([name, all]): Row => {
    const { overall, least, most } = timesLonger(times, name, base);
    return [name, toMilliseconds(mean(all)), toFactor(overall), `${toFactor(least)} to ${toFactor(most)}`];
  });
  const head: Row = ["CPU time for each picture", "mean", "against us", "on one picture"];
  return `${title}\n\n${toTable(head, rows)}\n`;
}
