import type { Watermark } from "@image-pipeline/schema/config";
import type { Pixels } from "../pixels.ts";
import { outcomeSize, type RenditionPlan } from "../rendition-plan.ts";
import type { Size } from "../size.ts";
import { cornerOf } from "./framing.ts";
import { logoOverlay } from "./logo.ts";
import type { Step } from "./option.ts";
import { fontText } from "./watermark/font-text.ts";
import { strokeText } from "./watermark/stroke-text.ts";
import type { TextMasks } from "./watermark/text-masks.ts";

/** Opacity of the outline beside that of the text. */
const OUTLINE_STRENGTH = 0.5;
/** The defaults of options that did not exist before: hashing them would render every picture again. */
const FORMER = { marginPercent: 3 };

/** Draws the watermark onto the framed picture, and onto each frame of an animation: the overlay is as large as a frame, and tiled. */
export async function toWatermark(plan: RenditionPlan): Promise<Step | undefined> {
  const { watermark } = plan.preset;
  if (!watermark) return undefined;
  const { data, width, height, channels } = await watermarkOverlay(outcomeSize(plan), watermark);
  const overlay = { input: data, raw: { width, height, channels }, tile: true, gravity: "northwest" };
  return (picture) => picture.composite([overlay]);
}

/** Returns the watermark as the plan's hash takes it: a logo and a font count by their content, and not by their name. */
export function hashedWatermark({ preset: { watermark } }: RenditionPlan): object {
  if (!watermark) return { watermark };
  const { image, font, colour, marginPercent, ...others } = watermark;
  const margin = marginPercent === FORMER.marginPercent ? {} : { marginPercent };
  return { watermark: { ...others, ...margin, ...(image === undefined && { colour }) } };
}

/** Returns a transparent picture of the given size with the watermark on it, to be composited onto a rendition. */
export async function watermarkOverlay(size: Size, watermark: Watermark): Promise<Pixels> {
  const logo = await logoOverlay(size, watermark);
  if (logo) return logo;
  const { font } = watermark;
  const masks =
    font === undefined ? strokeText(size, watermark) : await fontText(size, { ...watermark, font });
  return paint(size, watermark, masks);
}

/** Paints a drawn text in its colour, and its outline in a contrasting shade. */
function paint(size: Size, watermark: Watermark, masks: TextMasks | undefined): Pixels {
  const overlay = { data: Buffer.alloc(size.width * size.height * 4), ...size, channels: 4 as const };
  if (!masks) return overlay;
  const { text, outline, ...box } = masks;
  const colour = toRgb(watermark.colour);
  const shade = colour.reduce((sum, value) => sum + value, 0) > 382 ? 0 : 255;
  const room = { width: size.width - box.width, height: size.height - box.height };
  const corner = cornerOf(watermark.position, room);
  for (const [at, covered] of text.entries()) {
    const around = OUTLINE_STRENGTH * (outline[at] ?? 0) * (1 - covered);
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

function toRgb(colour: string): number[] {
  return [...Buffer.from(colour.slice(1), "hex")];
}
