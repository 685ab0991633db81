import type { Limits } from "@image-pipeline/schema/config";
import type { SrgbTables } from "../matrix-to-srgb.ts";
import { open, type Pixels, release, resize, toBytes, toPixels } from "../pixels.ts";
import type { Size } from "../size.ts";
import type { TimeBudget } from "../time-budget.ts";
import { type HeicPicture, isTurned, readHeicPicture, type Transform } from "./heic-picture.ts";
import { scalePlane } from "./scale-plane.ts";
import { decodeTiles, type Planes, type WholePlane } from "./tile-planes.ts";
import { toRgb } from "./ycbcr-to-rgb.ts";

/** The most by which interpolation reduces a side: beyond it, samples would be passed over. */
const MOST_REDUCED = 1.25;

interface Decoding {
  limits: Limits;
  budget: TimeBudget;
  /** Those of the picture's profile, if the pixels are to be sRGB. */
  tables?: SrgbTables | undefined;
}

/**
 * Decodes the primary picture of a HEIC file, upright, at a size. Each channel is scaled as it is stored, so that colours are
 * converted for the pixels that are left.
 *
 * @throws {ImageRejection} `CORRUPT_IMAGE`, `TOO_MANY_PIXELS`, `RENDER_TIMEOUT`
 */
export async function decodeHeic(file: Uint8Array, size: Size, decoding: Decoding): Promise<Pixels> {
  const { limits, budget } = decoding;
  const picture = readHeicPicture(Buffer.from(file.buffer, file.byteOffset, file.byteLength), limits);
  const { stored, alpha, transforms } = picture;
  const scaled = sizeBefore(picture, size);
  const opacity = alpha && (await decodeOpacity(alpha, decoding));
  const isScaledLater = opacity !== undefined && !alpha?.isPremultiplied;
  let pixels = await decodeColours(picture, isScaledLater ? stored : scaled, decoding);
  if (alpha && opacity) {
    const { samples } = await scalePlane(opacity, pixels, budget);
    // Together with their alpha: else colours of transparent pixels would get into the visible ones beside them.
    pixels = await resize(withOpacity(pixels, samples, alpha.isPremultiplied), scaled, budget);
  }
  for (const transform of transforms) pixels = await apply(transform, pixels, budget);
  return resize(pixels, size, budget);
}

/** Returns the size of the picture before its transforms that makes this one after them. A crop is exact only at the full size. */
function sizeBefore({ stored, transforms }: HeicPicture, size: Size): Size {
  if (transforms.some(({ kind }) => kind === "crop")) return stored;
  const turns = transforms.filter(isTurned).length;
  return turns % 2 === 0 ? size : { width: size.height, height: size.width };
}

async function decodeColours(picture: HeicPicture, size: Size, decoding: Decoding): Promise<Pixels> {
  const decoded = await decodeTiles(picture, decoding);
  const scaled = await scalePlanes(decoded, size, decoding.budget);
  const pixels = toRgb(scaled, picture.codes ?? decoded, decoding.tables);
  for (const { samples } of scaled.planes) release(samples);
  return pixels;
}

/** Decodes the opacity, from 0 to 255; undefined if all of it is 255. It is in full range, whatever its stream declares. */
async function decodeOpacity(
  alpha: NonNullable<HeicPicture["alpha"]>,
  decoding: Decoding,
): Promise<WholePlane | undefined> {
  const { planes, bitDepth } = await decodeTiles(alpha, decoding);
  const [plane] = planes;
  if (!plane) return undefined;
  const most = 2 ** bitDepth - 1;
  const samples =
    plane.samples instanceof Uint8Array
      ? plane.samples
      : Uint8Array.from(plane.samples, (value) => Math.round((255 * value) / most));
  return samples.every((value) => value === 255) ? undefined : { ...plane, samples };
}

function withOpacity(
  { data, width, height }: Pixels,
  opacity: WholePlane["samples"],
  isPremultiplied: boolean,
): Pixels {
  const [from, pixels] = [toBytes(data), new Uint8Array(4 * width * height)];
  for (let index = 0; index < opacity.length; index++) {
    const alpha = opacity[index] ?? 0;
    const factor = isPremultiplied && alpha > 0 ? 255 / alpha : 1;
    for (let channel = 0; channel < 3; channel++)
      pixels[4 * index + channel] = Math.min(255, Math.round(factor * (from[3 * index + channel] ?? 0)));
    pixels[4 * index + 3] = alpha;
  }
  return { data: Buffer.from(pixels.buffer), width, height, channels: 4 };
}

/** Scales the planes; those of colour only if they are larger by far, as the conversion interpolates them. */
async function scalePlanes(decoded: Planes, size: Size, budget: TimeBudget): Promise<Planes> {
  const planes: WholePlane[] = [];
  for (const plane of decoded.planes) {
    const isNear = planes.length > 0 && plane.width < MOST_REDUCED * size.width;
    const scaled = isNear ? plane : await scalePlane(plane, size, budget);
    if (scaled !== plane) release(plane.samples);
    planes.push(scaled);
  }
  return { ...decoded, planes };
}

async function apply(transform: Transform, pixels: Pixels, budget: TimeBudget): Promise<Pixels> {
  if (transform.kind === "mirror")
    return toPixels(
      transform.exchanges === "top and bottom" ? open(pixels).flip() : open(pixels).flop(),
      budget,
    );
  if (transform.kind === "rotate") {
    const clockwise = (360 - transform.anticlockwise) % 360;
    return clockwise === 0 ? pixels : toPixels(open(pixels).rotate(clockwise), budget);
  }
  const { left, top, width, height } = transform;
  return toPixels(open(pixels).extract({ left, top, width, height }), budget);
}
