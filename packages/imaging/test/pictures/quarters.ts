import { expect } from "vitest";
import { render } from "../render.ts";
import { colourDistance, readPixels } from "./read-pixels.ts";

export type Rgb = readonly [number, number, number, number];
export const RED: Rgb = [220, 30, 30, 255];
export const GREEN: Rgb = [30, 180, 30, 255];
export const BLUE: Rgb = [30, 30, 220, 255];
export const YELLOW: Rgb = [240, 210, 30, 255];

/** Renders at full size, and returns the facts and the colours in the middle of the four quarters. */
export async function renderQuarters(source: Buffer, width = 4000) {
  const { facts, renditions } = await render(source, { one: { width, formats: ["png"] } });
  const [rendition] = renditions;
  const { at } = await readPixels(rendition?.data ?? Buffer.of());
  const [right, bottom] = [rendition?.width ?? 0, rendition?.height ?? 0].map((side) =>
    Math.floor(side * 0.75),
  );
  const [left, top] = [rendition?.width ?? 0, rendition?.height ?? 0].map((side) => Math.floor(side * 0.25));
  const places = [
    [left, top],
    [right, top],
    [left, bottom],
    [right, bottom],
  ] as const;
  return { facts, quarters: places.map(([x = 0, y = 0]) => at(x, y)) };
}

export function expectColours(found: readonly Rgb[], wanted: readonly Rgb[], tolerance = 12): void {
  for (const [at, colour] of wanted.entries())
    expect({ at, found: found[at], distance: colourDistance(found[at] ?? RED, colour) }).toMatchObject({
      distance: expect.toSatisfy((distance: number) => distance <= tolerance),
    });
}
