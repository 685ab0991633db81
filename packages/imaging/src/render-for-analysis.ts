import type { Limits, Preset, Presets } from "@image-pipeline/schema/config";
import type { EncodedRendition } from "./encode-rendition.ts";
import { renderImage } from "./render-image.ts";
import { type Size, scaleSize } from "./size.ts";
import type { Clock } from "./time-budget.ts";

/**
 * Shortest side that Rekognition accepts. It takes JPEG or PNG of 80 to 10,000 pixels a side and 5 MB
 * (docs.aws.amazon.com/rekognition/latest/dg/limits.html).
 */
const MIN_SIDE = 80;
/** Longest side: more pixels find no more labels, and even a JPEG of noise stays below 5 MB. */
const MAX_SIDE = 1_600;
const QUALITY = 90;

/**
 * Renders a JPEG of a picture's first frame that Rekognition accepts, for every size and format: scaled down, or up if it is
 * too small, and padded with white if it is too narrow.
 *
 * @throws {ImageRejection} as `renderImage`
 */
export async function renderForAnalysis(
  source: Uint8Array,
  limits: Limits,
  clock?: Clock,
): Promise<EncodedRendition> {
  const emitted: EncodedRendition[] = [];
  await renderImage(source, { presets: toPresets, limits }, (one) => emitted.push(one), clock);
  const [rendition] = emitted;
  if (!rendition) throw new Error("the engine emitted no rendition for analysis");
  return rendition;
}

function toPresets(picture: Size): Presets {
  const scaled = toScaled(picture);
  const frame = { width: Math.max(MIN_SIDE, scaled.width), height: Math.max(MIN_SIDE, scaled.height) };
  return { analysis: { ...frame, ...CONTAINED } };
}

/** A complete preset, not one of defaults: the process that renders starts faster without the schemas. */
const CONTAINED = {
  fit: "contain",
  position: "centre",
  enlarge: true,
  background: "auto",
  colourSpace: "srgb",
  keep: [],
  formats: [
    { format: "jpeg", quality: QUALITY, progressive: false, mozjpeg: false, chromaSubsampling: "4:2:0" },
  ],
} satisfies Preset;

function toScaled(picture: Size): Size {
  const most = MAX_SIDE / Math.max(picture.width, picture.height);
  const least = MIN_SIDE / Math.min(picture.width, picture.height);
  return scaleSize(picture, Math.min(most, Math.max(1, least)));
}
