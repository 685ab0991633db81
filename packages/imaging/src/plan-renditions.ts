import type { OutputFormat } from "@image-pipeline/schema";
import type { Limits, Output, Preset, Presets } from "@image-pipeline/schema/config";
import { area, clipSize, type Size, scaleSize } from "./size.ts";

/** How a preset's frame is filled once the whole picture has been scaled. */
export type Framing = { kind: "whole" } | { kind: "crop" | "pad"; frame: Size };

/** One rendition to make: the whole picture scaled, then cropped or padded to its frame. */
export interface RenditionPlan {
  name: string;
  preset: Preset;
  output: Output;
  scaled: Size;
  framing: Framing;
}

interface Bounds {
  maxSide: number;
  maxPixels: number;
}

/**
 * The largest picture that each encoder makes, in pixels. Sides: WebP's 14 bits, libjpeg's JPEG_MAX_DIMENSION, sharp's
 * bound for AVIF, GIF's 16 bits; PNG's own is far beyond any picture here. Area: so that the encoder, at the bytes a pixel
 * that it was measured to take (AVIF 21, WebP 12, JPEG 6), leaves the process under 512 MiB.
 */
const ENCODER_BOUNDS: Record<OutputFormat, Bounds> = {
  webp: { maxSide: 16_383, maxPixels: 16_000_000 },
  jpeg: { maxSide: 65_500, maxPixels: 24_000_000 },
  avif: { maxSide: 16_384, maxPixels: 14_000_000 },
  gif: { maxSide: 65_535, maxPixels: 16_000_000 },
  png: { maxSide: 65_535, maxPixels: 24_000_000 },
};

/**
 * Every rendition of the presets, the largest first, so that each can be made from the pixels of one before it; equal ones
 * by name, so that it does not matter in which order the presets are written.
 */
export function planRenditions(
  picture: Size,
  { presets, limits }: { presets: Presets; limits: Limits },
): RenditionPlan[] {
  const plans = Object.entries(presets).flatMap(([name, preset]) =>
    preset.formats.map((output) => {
      const { maxSide, maxPixels } = ENCODER_BOUNDS[output.format];
      const bounds = { maxSide, maxPixels: Math.min(maxPixels, limits.maxFramePixels) };
      return { name, preset, output, ...place(picture, preset, bounds) };
    }),
  );
  return plans.sort(
    (a, b) => area(b.scaled) - area(a.scaled) || (a.name < b.name ? -1 : Number(a.name > b.name)),
  );
}

type Placed = Pick<RenditionPlan, "scaled" | "framing">;

function place(picture: Size, { width, height, fit, enlarge }: Preset, bounds: Bounds): Placed {
  if (fit === "inside" || width === undefined || height === undefined) {
    const box = { width: width ?? Number.POSITIVE_INFINITY, height: height ?? Number.POSITIVE_INFINITY };
    return { scaled: fitInside(picture, box, { enlarge, bounds }), framing: { kind: "whole" } };
  }
  const box = { width, height };
  switch (fit) {
    case "fill":
      return { scaled: bound(enlarge ? box : clipSize(box, picture), bounds), framing: { kind: "whole" } };
    case "contain": {
      const frame = bound(box, bounds);
      return { scaled: fitInside(picture, frame, { enlarge, bounds }), framing: { kind: "pad", frame } };
    }
    case "cover":
      return cover(picture, box, { enlarge, bounds });
  }
}

function fitInside(
  picture: Size,
  box: Size,
  { enlarge, bounds }: { enlarge: boolean; bounds: Bounds },
): Size {
  const { maxSide, maxPixels } = bounds;
  const most = Math.min(
    maxSide / Math.max(picture.width, picture.height),
    Math.sqrt(maxPixels / area(picture)),
  );
  const scale = Math.min(
    box.width / picture.width,
    box.height / picture.height,
    most,
    enlarge ? Infinity : 1,
  );
  return clipSize(scaleSize(picture, scale), {
    width: Math.min(box.width, maxSide),
    height: Math.min(box.height, maxSide),
  });
}

/** The frame keeps the preset's shape: where the picture is too small for it and is not enlarged, the frame shrinks. */
function cover(picture: Size, box: Size, { enlarge, bounds }: { enlarge: boolean; bounds: Bounds }): Placed {
  const shrink = enlarge ? 1 : Math.min(1, picture.width / box.width, picture.height / box.height);
  const frame = bound(scaleSize(box, shrink), bounds);
  const scaled = scaleSize(picture, Math.max(frame.width / picture.width, frame.height / picture.height));
  return { scaled, framing: { kind: "crop", frame: clipSize(frame, scaled) } };
}

/** The size, or the largest of the same shape that the bounds allow. */
function bound(size: Size, { maxSide, maxPixels }: Bounds): Size {
  const factor = Math.min(1, maxSide / Math.max(size.width, size.height), Math.sqrt(maxPixels / area(size)));
  return clipSize(scaleSize(size, factor), { width: maxSide, height: maxSide });
}
