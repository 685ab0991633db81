import { createHash } from "node:crypto";
import type { Limits } from "@image-pipeline/schema/config";
import { BACKGROUNDS, MIN_SIDE, planViews } from "./analysis-views.ts";
import { checkBytes, checkHeader, heldFileBytes } from "./check-limits.ts";
import { toSrgb } from "./convert-colour.ts";
import { decodeSource } from "./decode-source.ts";
import type { EncodedRendition } from "./encode-rendition.ts";
import { sharp } from "./engine.ts";
import { inputFormat } from "./formats/formats.ts";
import { fullSize } from "./full-size.ts";
import type { Header } from "./header.ts";
import { open, type Pixels, toPixels } from "./pixels.ts";
import { readHeader } from "./read-header.ts";
import { runOperation } from "./run-operation.ts";
import type { Size } from "./size.ts";
import { sniffFormat } from "./sniff-format.ts";
import { type Clock, type TimeBudget, timeBudget } from "./time-budget.ts";
import { decodingRejection, toRejection } from "./unexpected-error.ts";

const QUALITY = 90;

interface Analysed {
  limits: Limits;
  /** The most pictures to make. */
  maxPictures: number;
}

interface Context {
  header: Header;
  limits: Limits;
  budget: TimeBudget;
}

/**
 * Renders the JPEGs that Rekognition judges a picture by, for every size and format: several frames of an animation, tiles of a
 * long strip, and a picture with transparency over white and over black. The whole picture comes first.
 *
 * @param emit called for each picture, with the names `analysis-1`, `analysis-2` and so on
 * @throws {ImageRejection} as `renderImage`
 */
export async function renderForAnalysis(
  source: Uint8Array,
  { limits, maxPictures }: Analysed,
  emit: (picture: EncodedRendition) => void,
  clock: Clock = performance,
): Promise<void> {
  const budget = timeBudget(limits.maxRenderSeconds, clock);
  checkBytes(source.length, limits);
  const format = sniffFormat(source, limits.inputs);
  const made: EncodedRendition[] = [];
  try {
    for await (const picture of toPictures(source, format, { limits, maxPictures, budget }))
      made.push(picture);
  } catch (error) {
    throw toRejection(error, format);
  }
  for (const one of made) emit(one);
}

/** Makes the pictures one after the other, as far as they are asked for. */
async function* toPictures(
  source: Uint8Array,
  format: Header["format"],
  { limits, maxPictures, budget }: Analysed & { budget: TimeBudget },
): AsyncGenerator<EncodedRendition> {
  const picture = inputFormat(format).prepare(source, limits);
  const header = await readHeader(picture, format, limits);
  checkHeader(header, limits, heldFileBytes(source, picture));
  const { scaled, tiles, frames } = planViews({ ...header, ...fullSize(header, limits) }, maxPictures);
  let made = 0;
  for (const frame of frames) {
    const pixels = await decodeFrame(picture, { frame, scaled }, { header, limits, budget });
    const { isOpaque } = await open(pixels).stats();
    for (const tile of tiles)
      for (const background of isOpaque ? BACKGROUNDS.slice(0, 1) : BACKGROUNDS) {
        if (made === maxPictures) return;
        const still = open(pixels).extract(tile).flatten({ background });
        yield await encode(still, { name: `analysis-${++made}`, size: tile, background, budget });
      }
  }
}

/** Decodes a frame in sRGB. Only animations have more than the first, and none of their formats has a colour profile. */
async function decodeFrame(
  picture: Uint8Array,
  { frame, scaled }: { frame: number; scaled: Size },
  context: Context,
): Promise<Pixels> {
  if (frame === 0) {
    const { pixels, profile } = await decodeSource(picture, scaled, { ...context, keepsProfile: false });
    return profile ? toSrgb(pixels, profile, context.budget) : pixels;
  }
  const { header, limits, budget } = context;
  const operation = sharp(picture, {
    failOn: "warning",
    limitInputPixels: limits.maxTotalPixels,
    page: frame,
    pages: 1,
  })
    .resize({ ...scaled, fit: "fill" })
    .toColourspace("srgb");
  try {
    return await toPixels(operation, budget);
  } catch (error) {
    throw decodingRejection(error, header.format, "is damaged or cut short in one of its frames");
  }
}

interface Encoding {
  name: string;
  size: Size;
  background: string;
  budget: TimeBudget;
}

/** Encodes a still, padded with its background if it is too narrow. */
async function encode(
  still: ReturnType<typeof open>,
  { name, size, background, budget }: Encoding,
): Promise<EncodedRendition> {
  const [right, bottom] = [Math.max(0, MIN_SIDE - size.width), Math.max(0, MIN_SIDE - size.height)];
  const padded =
    right + bottom > 0 ? open(await toPixels(still, budget)).extend({ right, bottom, background }) : still;
  const { data, info } = await runOperation(padded.jpeg({ quality: QUALITY }), budget);
  return {
    preset: name,
    format: "jpeg",
    extension: "jpg",
    contentType: "image/jpeg",
    width: info.width,
    height: info.height,
    pages: 1,
    data,
    sha256: createHash("sha256").update(data).digest("hex"),
  };
}
