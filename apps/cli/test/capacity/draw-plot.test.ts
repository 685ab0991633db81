import { describe, expect, it } from "vitest";
import { type Axis, drawPlot } from "../../src/capacity/draw-plot.ts";

const axis = (isLogarithmic: boolean, ...ticks: number[]): Axis => ({
  ...{ label: "an axis", isLogarithmic },
  ticks: ticks.map((at) => ({ at, text: String(at) })),
});
const plot = (ends: readonly number[]) =>
  drawPlot({
    title: "A plot",
    x: axis(true, 1, 10, 100),
    y: axis(false, 0, 50, 100),
    series: ends.map((y, index) => ({
      name: `series ${index}`,
      points: [
        { x: 1, y: 0 },
        { x: 100, y },
      ],
    })),
  });
const numbersOf = (svg: string, pattern: RegExp) =>
  [...svg.matchAll(pattern)].map(([, number]) => Number(number));

describe("a plot", () => {
  it("has its ticks at equal distances on a logarithmic axis, and lines from corner to corner", () => {
    const svg = plot([100]);
    const [first = 0, second = 0, third = 0] = numbersOf(svg, /M([\d.]+) 52V342/g);
    expect(second - first).toBeCloseTo(third - second);
    expect(svg).toContain(`d="M${first} 342L${third} 52"`);
  });

  it("keeps the names of lines that end at the same height apart", () => {
    const heights = numbersOf(plot([50, 50, 51]), /class="n\d" x="570" y="([\d.]+)"/g);
    const distances = heights.slice(1).map((height, index) => height - (heights[index] ?? 0));
    expect(distances).toHaveLength(2);
    expect(Math.min(...distances)).toBeGreaterThanOrEqual(18);
  });
});
