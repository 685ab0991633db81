import type { FrontPoint } from "../front/bench-front.ts";
import { svgPlot } from "./svg-plot.ts";

const CPU_TICKS = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20];

/** CPU time against bytes at equal quality, a colour for each family of encoders: down and to the left is better. */
export function frontPlot(
  points: readonly FrontPoint[],
  { metric, width }: { metric: string; width: number },
): string {
  const shown = points.filter((point) => point.metric === metric && point.width === width);
  const families = [...new Set(shown.map(({ encoder }) => familyOf(encoder)))];
  const series = families.map((name) => ({
    name,
    isLine: false,
    points: shown
      .filter(({ encoder }) => familyOf(encoder) === name)
      .map(({ encoder, cpu, bytes }) => ({
        x: cpu,
        y: bytes,
        label: encoder.slice(name.length).replace(/^, /, "") || "baseline",
      })),
  }));
  const most = Math.max(1.2, ...shown.map(({ bytes }) => bytes));
  return svgPlot(series, {
    title: `Encoders at ${width} px, at equal ${metric}`,
    x: { name: "CPU time, WebP effort 4 = 1 (logarithmic)", isLogarithmic: true, ticks: CPU_TICKS },
    y: {
      name: "bytes, WebP effort 4 = 1",
      ticks: Array.from({ length: Math.ceil((most - 0.6) / 0.1) + 1 }, (_, index) =>
        Number((0.6 + 0.1 * index).toFixed(1)),
      ),
    },
  });
}

function familyOf(encoder: string): string {
  return encoder.split(",")[0] ?? encoder;
}
