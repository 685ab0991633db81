import type { MemoryCurves } from "../memory/bench-memory.ts";
import { svgPlot } from "./svg-plot.ts";

const MOST_POINTS = 250;

/** Resident memory over the pictures, a line for each allocator setting. */
export function memoryPlot(curves: MemoryCurves): string {
  const series = Object.entries(curves).map(([name, curve]) => {
    const step = Math.max(1, Math.floor(curve.length / MOST_POINTS));
    const points = curve.map((y, index) => ({ x: index + 1, y })).filter(({ x }) => x % step === 0);
    return { name, points, isLine: true };
  });
  const [first = []] = Object.values(curves);
  const highest = Math.max(...Object.values(curves).flat());
  return svgPlot(series, {
    title: `Resident memory over ${first.length} pictures`,
    x: {
      name: "pictures rendered",
      ticks: [0, 0.2, 0.4, 0.6, 0.8, 1].map((share) => Math.round(share * first.length)),
    },
    y: {
      name: "MiB",
      ticks: Array.from({ length: Math.ceil(highest / 100) + 1 }, (_, index) => 100 * index),
    },
  });
}
