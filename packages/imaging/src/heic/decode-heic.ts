import type { Limits } from "@image-pipeline/schema/config";
import type { SrgbTables } from "../matrix-to-srgb.ts";
import { open, type Pixels, release, resize, toBytes, toPixels } from "../pixels.ts";
import type { Size } from "../size.ts";
import type { TimeBudget } from "../time-budget.ts";
import { type HeicPicture, readHeicPicture } from "./heic-picture.ts";
import { scalePlane } from "./scale-plane.ts";
import { decodeTiles, type Planes, type WholePlane } from "./tile-planes.ts";
import { type Area, cropRows, type Turn, turnedSize } from "./transforms.ts";
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
  const { shown, alpha, turns } = picture;
  const scaled = turnedSize(size, turns);
  const opacity = alpha && (await decodeOpacity(alpha, decoding));
  const isScaledLater = opacity !== undefined && !alpha?.isPremultiplied;
  let pixels = await decodeColours(picture, isScaledLater ? shown : scaled, decoding);
  if (alpha && opacity) {
    const { samples } = await scalePlane(await shownOpacity(opacity, picture, budget), pixels, budget);
    // Together with their alpha: else colours of transparent pixels would get into the visible ones beside them.
    pixels = await resize(withOpacity(pixels, samples, alpha.isPremultiplied), scaled, budget);
  }
  for (const turn of turns) pixels = await apply(turn, pixels, budget);
  return pixels;
}

async function decodeColours(picture: HeicPicture, size: Size, decoding: Decoding): Promise<Pixels> {
  const { stored, shown } = picture;
  const decoded = await decodeTiles(picture, decoding);
  const planes = cropPlanes(decoded.planes, picture);
  const ready = planes ? await scalePlanes({ ...decoded, planes }, size, decoding.budget) : decoded;
  const pixels = toRgb(ready, picture.codes ?? decoded, decoding.tables);
  for (const { samples } of ready.planes) release(samples);
  if (planes) return pixels;
  const { width, height } = shown;
  const data = cropRows(pixels.data, stored, shown, pixels.channels);
  return resize({ ...pixels, width, height, data }, size, decoding.budget);
}

/** Crops each plane to the part that is shown; undefined if that begins within a sample of colour. */
function cropPlanes(planes: readonly WholePlane[], { stored, shown }: HeicPicture): WholePlane[] | undefined {
  const areas = planes.flatMap((plane) => inSamples(shown, plane, stored) ?? []);
  if (areas.length < planes.length) return undefined;
  return planes.map((plane, at) => cropPlane(plane, areas[at] ?? shown));
}

/** Returns an area of the stored picture in the samples of a plane; undefined if it begins within one of colour. */
function inSamples({ left, top, width, height }: Area, plane: Size, stored: Size): Area | undefined {
  const across = plane.width === stored.width ? 1 : 2;
  const down = plane.height === stored.height ? 1 : 2;
  if (left % across > 0 || top % down > 0) return undefined;
  return {
    left: left / across,
    top: top / down,
    width: Math.ceil(width / across),
    height: Math.ceil(height / down),
  };
}

function cropPlane({ samples, ...size }: WholePlane, area: Area): WholePlane {
  return { width: area.width, height: area.height, samples: cropRows(samples, size, area) };
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

/** Crops the opacity, which may be stored in another size than the picture. */
async function shownOpacity(
  opacity: WholePlane,
  { stored, shown }: HeicPicture,
  budget: TimeBudget,
): Promise<WholePlane> {
  const isWhole = shown.width === stored.width && shown.height === stored.height;
  return isWhole ? opacity : cropPlane(await scalePlane(opacity, stored, budget), shown);
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

async function apply(turn: Turn, pixels: Pixels, budget: TimeBudget): Promise<Pixels> {
  if (turn.kind === "mirror")
    return toPixels(turn.exchanges === "top and bottom" ? open(pixels).flip() : open(pixels).flop(), budget);
  const clockwise = (360 - turn.anticlockwise) % 360;
  return clockwise === 0 ? pixels : toPixels(open(pixels).rotate(clockwise), budget);
}
