import type { Watermark } from "@image-pipeline/schema/config";
import type { Pixels } from "../pixels.ts";
import { outcomeSize, type RenditionPlan } from "../rendition-plan.ts";
import type { Size } from "../size.ts";
import { cornerOf } from "./framing.ts";
import { logoOverlay } from "./logo.ts";
import type { Step } from "./option.ts";
import { strokeMask } from "./watermark/stroke-mask.ts";
import { type Point, textStrokes } from "./watermark/text-strokes.ts";

/** The pen's radius in hundredths of an em; the outline around it is twice as wide and half as strong. */
const PEN_RADIUS = 4;
const OUTLINE = { radius: 2 * PEN_RADIUS, strength: 0.5 };
const MAX_HEIGHT_SHARE = 0.25;
/** The defaults of options that did not exist before: hashing them would render every picture again. */
const FORMER = { marginPercent: 3 };

/** Draws the watermark onto the framed picture, and onto each frame of an animation: the overlay is as large as a frame, and tiled. */
export async function toWatermark(plan: RenditionPlan): Promise<Step | undefined> {
  const { watermark } = plan.preset;
  if (!watermark) return undefined;
  const { data, width, height, channels } =
    (await logoOverlay(outcomeSize(plan), watermark)) ?? watermarkOverlay(outcomeSize(plan), watermark);
  const overlay = { input: data, raw: { width, height, channels }, tile: true, gravity: "northwest" };
  return (picture) => picture.composite([overlay]);
}

/** Returns the watermark as the plan's hash takes it: a logo counts by its content, and not by its name or the text's colour. */
export function hashedWatermark({ preset: { watermark } }: RenditionPlan): object {
  if (!watermark) return { watermark };
  const { image, colour, marginPercent, ...others } = watermark;
  const margin = marginPercent === FORMER.marginPercent ? {} : { marginPercent };
  return { watermark: { ...others, ...margin, ...(image === undefined && { colour }) } };
}

/** Returns a transparent picture of the given size with the watermark on it, to be composited onto a rendition. */
export function watermarkOverlay(size: Size, watermark: Watermark): Pixels {
  const { strokes, box } = layOut(size, watermark);
  const overlay = { data: Buffer.alloc(size.width * size.height * 4), ...size, channels: 4 as const };
  if (box.scale === 0) return overlay;
  const text = strokeMask(strokes, box, PEN_RADIUS * box.scale);
  const outline = strokeMask(strokes, box, OUTLINE.radius * box.scale);
  const colour = toRgb(watermark.colour);
  const shade = colour.reduce((sum, value) => sum + value, 0) > 382 ? 0 : 255;
  const room = { width: size.width - box.width, height: size.height - box.height };
  const corner = cornerOf(watermark.position, room);
  for (const [at, covered] of text.entries()) {
    const around = OUTLINE.strength * (outline[at] ?? 0) * (1 - covered);
    const alpha = covered + around;
    if (alpha === 0) continue;
    const x = corner.left + (at % box.width);
    const y = corner.top + Math.floor(at / box.width);
    const pixel = colour.map((value) => Math.round((value * covered + shade * around) / alpha));
    overlay.data.set(
      [...pixel, Math.round(alpha * 2.55 * watermark.opacityPercent)],
      4 * (y * size.width + x),
    );
  }
  return overlay;
}

/** Returns the text's strokes in pixels of a box around them, the box's margins included; no larger than the picture. */
function layOut(size: Size, { text = "", widthPercent, marginPercent }: Watermark) {
  const strokes = textStrokes(text);
  const [xs, ys] = [
    strokes.flatMap((stroke) => stroke.map(([x]) => x)),
    strokes.flatMap((stroke) => stroke.map(([, y]) => y)),
  ];
  if (xs.length === 0) return { strokes: [], box: { width: 1, height: 1, scale: 0 } };
  const [left, top] = [Math.min(...xs) - OUTLINE.radius, Math.max(...ys) + OUTLINE.radius];
  const [width, height] = [Math.max(...xs) - left + OUTLINE.radius, top - Math.min(...ys) + OUTLINE.radius];
  const margin = (marginPercent / 100) * Math.min(size.width, size.height);
  const wanted = (size.width * widthPercent) / 100;
  const scale = Math.min(
    Math.min(wanted, size.width - 2 * margin) / width,
    Math.min(MAX_HEIGHT_SHARE * size.height, size.height - 2 * margin) / height,
  );
  const box = {
    width: Math.min(size.width, Math.ceil(width * scale + 2 * margin)),
    height: Math.min(size.height, Math.ceil(height * scale + 2 * margin)),
    scale,
  };
  const toPixel = ([x, y]: Point): Point => [(x - left) * scale + margin, (top - y) * scale + margin];
  return { strokes: strokes.map((stroke) => stroke.map(toPixel)), box };
}

function toRgb(colour: string): number[] {
  return [...Buffer.from(colour.slice(1), "hex")];
}
