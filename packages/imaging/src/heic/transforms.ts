import type { Item } from "../iso-items.ts";
import type { Size } from "../size.ts";
import { damaged } from "./coded-picture.ts";

/** A change to the shown part of the decoded picture (ISO/IEC 23008-12, section 6.5). */
export type Turn =
  | { kind: "rotate"; anticlockwise: number }
  | { kind: "mirror"; exchanges: "top and bottom" | "left and right" };

/** A part of a picture. */
export interface Area extends Size {
  left: number;
  top: number;
}

export interface Transforms {
  /** The part of the stored picture that is shown: all crops together, wherever they stand among the turns. */
  shown: Area;
  /** What is done with that part, in this order. */
  turns: readonly Turn[];
}

/**
 * Reads the transforms of items, in the order in which they are made. A crop after a turn becomes one before it, so that nothing is
 * turned that is not shown.
 *
 * @throws {ImageRejection} `CORRUPT_IMAGE` for a crop that cannot be read or goes beyond the picture
 */
export function readTransforms(items: readonly Item[], stored: Size): Transforms {
  let shown: Area = { left: 0, top: 0, ...stored };
  const turns: Turn[] = [];
  for (const { type, body } of items.flatMap(({ properties }) => properties)) {
    const code = body[0] ?? 0;
    if (type === "irot") turns.push({ kind: "rotate", anticlockwise: 90 * (code & 3) });
    if (type === "imir")
      turns.push({ kind: "mirror", exchanges: (code & 1) === 0 ? "top and bottom" : "left and right" });
    if (type !== "clap") continue;
    const { left, top, ...size } = beforeTurns(toCrop(body, turnedSize(shown, turns)), turns, shown);
    shown = { left: shown.left + left, top: shown.top + top, ...size };
  }
  return { shown, turns };
}

/** Returns the size of a picture after turns, or before them for the turns of its size after them. */
export function turnedSize({ width, height }: Size, turns: readonly Turn[]): Size {
  const quarters = turns.filter((turn) => turn.kind === "rotate" && turn.anticlockwise % 180 !== 0).length;
  return quarters % 2 === 0 ? { width, height } : { width: height, height: width };
}

/** Finds the part of a picture of this size that its turns bring to an area. */
function beforeTurns(area: Area, [first, ...rest]: readonly Turn[], size: Size): Area {
  if (!first) return area;
  const { left, top, width, height } = beforeTurns(area, rest, turnedSize(size, [first]));
  const [right, bottom] = [size.width - left - width, size.height - top - height];
  if (first.kind === "mirror")
    return first.exchanges === "top and bottom"
      ? { left, top: bottom, width, height }
      : { left: right, top, width, height };
  if (first.anticlockwise === 90)
    return { left: size.width - top - height, top: left, width: height, height: width };
  if (first.anticlockwise === 180) return { left: right, top: bottom, width, height };
  if (first.anticlockwise === 270)
    return { left: top, top: size.height - left - width, width: height, height: width };
  return { left, top, width, height };
}

/** Reads a clean aperture: its size, and the distance of its centre from the picture's (ISO/IEC 14496-12, section 12.1.4). */
function toCrop(clap: Buffer, picture: Size): Area {
  if (clap.length < 32) throw damaged("has a crop that cannot be read", `${clap.length} bytes`);
  const fraction = (at: number) => clap.readInt32BE(at) / clap.readUInt32BE(at + 4);
  const [width, height] = [Math.round(fraction(0)), Math.round(fraction(8))];
  const left = Math.round(fraction(16) + (picture.width - width) / 2);
  const top = Math.round(fraction(24) + (picture.height - height) / 2);
  const isInside =
    width > 0 &&
    height > 0 &&
    left >= 0 &&
    top >= 0 &&
    left + width <= picture.width &&
    top + height <= picture.height;
  if (!isInside) throw damaged("has a crop beyond its edges", `${width} x ${height} at ${left}, ${top}`);
  return { left, top, width, height };
}

/**
 * Keeps an area of rows of samples in the memory that they have: a copy would hold the picture twice.
 *
 * @param size of the rows, in pixels
 * @param channels samples for each pixel
 */
export function cropRows<Samples extends Uint8Array | Uint16Array>(
  samples: Samples,
  size: Size,
  { left, top, width, height }: Area,
  channels = 1,
): Samples {
  if (width === size.width && height === size.height) return samples;
  for (let y = 0; y < height; y++) {
    const from = channels * ((top + y) * size.width + left);
    samples.copyWithin(y * channels * width, from, from + channels * width);
  }
  return samples.subarray(0, channels * width * height) as Samples;
}
