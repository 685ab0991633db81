import type { Preset } from "@image-pipeline/schema/config";
import type { RenditionPlan } from "../rendition-plan.ts";
import { area, clipSize, type Size, scaleSize } from "../size.ts";

/** The largest rendition that an encoder and the limits allow, in pixels. */
export interface Bounds {
  maxSide: number;
  maxPixels: number;
}

type Placed = Pick<RenditionPlan, "scaled" | "framing">;

/** Applies width, height, fit and enlarge: the size to scale the picture to, and the frame to cut or pad it to. */
export function place(picture: Size, { width, height, fit, enlarge }: Preset, bounds: Bounds): Placed {
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

/** Keeps the shape of the preset's frame: if the picture is too small for it and is not enlarged, the frame shrinks. */
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
