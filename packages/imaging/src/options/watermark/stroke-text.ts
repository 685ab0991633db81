import type { Watermark } from "@image-pipeline/schema/config";
import type { Size } from "../../size.ts";
import { strokeMask } from "./stroke-mask.ts";
import { fitText, OUTLINE_WIDTH, type TextMasks } from "./text-masks.ts";
import { type Point, textStrokes } from "./text-strokes.ts";

/** The pen's radius in hundredths of an em. */
const PEN_RADIUS = 4;

/** Draws a line of text with the engine's own strokes; undefined for one without any. */
export function strokeText(size: Size, watermark: Watermark): TextMasks | undefined {
  const strokes = textStrokes(watermark.text ?? "");
  const [xs, ys] = [
    strokes.flatMap((stroke) => stroke.map(([x]) => x)),
    strokes.flatMap((stroke) => stroke.map(([, y]) => y)),
  ];
  if (xs.length === 0) return undefined;
  const reach = PEN_RADIUS + OUTLINE_WIDTH;
  const [left, top] = [Math.min(...xs) - reach, Math.max(...ys) + reach];
  const inked = { width: Math.max(...xs) - left + reach, height: top - Math.min(...ys) + reach };
  const { scale, margin, box } = fitText(size, inked, watermark);
  const toPixel = ([x, y]: Point): Point => [(x - left) * scale + margin, (top - y) * scale + margin];
  const drawn = strokes.map((stroke) => stroke.map(toPixel));
  return {
    ...box,
    text: strokeMask(drawn, box, PEN_RADIUS * scale),
    outline: strokeMask(drawn, box, reach * scale),
  };
}
