import type { Limits, Output, Preset, Presets } from "@image-pipeline/schema/config";
import { FORMATS } from "./formats/formats.ts";
import { area, clipSize, type Size, scaleSize } from "./size.ts";

/** Framing of the scaled picture: none, a crop, or a padding. */
export type Framing = { kind: "whole" } | { kind: "crop" | "pad"; frame: Size };

/** Plan of one rendition: the whole picture is scaled, then cropped or padded to its frame. */
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
 * Plans every rendition of the presets: the largest first, so that each can be made from the pixels of one before it; equal
 * ones by name, so that the order of the presets has no effect.
 */
export function planRenditions(
  picture: Size,
  { presets, limits }: { presets: Presets; limits: Limits },
): RenditionPlan[] {
  const plans = Object.entries(presets).flatMap(([name, preset]) =>
    preset.formats.map((output) => {
      const { maxSide, maxPixels } = FORMATS[output.format].encoder;
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

/** Covers the frame, which keeps the preset's shape: it shrinks if the picture is too small for it and is not enlarged. */
function cover(picture: Size, box: Size, { enlarge, bounds }: { enlarge: boolean; bounds: Bounds }): Placed {
  const shrink = enlarge ? 1 : Math.min(1, picture.width / box.width, picture.height / box.height);
  const frame = bound(scaleSize(box, shrink), bounds);
  const scaled = scaleSize(picture, Math.max(frame.width / picture.width, frame.height / picture.height));
  return { scaled, framing: { kind: "crop", frame: clipSize(frame, scaled) } };
}

/** Returns the size, or the largest of the same shape within the bounds. */
function bound(size: Size, { maxSide, maxPixels }: Bounds): Size {
  const factor = Math.min(1, maxSide / Math.max(size.width, size.height), Math.sqrt(maxPixels / area(size)));
  return clipSize(scaleSize(size, factor), { width: maxSide, height: maxSide });
}
