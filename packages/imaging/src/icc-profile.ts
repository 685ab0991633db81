import { cleanText } from "./exif-facts.ts";
import { curveAt } from "./tone-curve.ts";

/** Facts about an embedded colour profile (ICC.1:2022). */
export interface IccProfile {
  /** The profile itself. */
  data: Buffer;
  /** The profile's colour model: `RGB`, `GRAY`, `CMYK`, … */
  model: string;
  name: string | undefined;
  /** True if its colours are those of sRGB, so that no conversion is needed. */
  isSrgb: boolean;
  /** Set for a profile of three primaries and their curves: nearly every RGB profile of a camera or a screen. */
  matrix: MatrixProfile | undefined;
}

/** Primaries and tone curves of red, green and blue (ICC.1:2022, 8.3.3). */
export interface MatrixProfile {
  /** X, Y and Z of each primary under D50. */
  primaries: readonly Triple[];
  /** The light, from 0 to 1, of each channel's 8-bit values. */
  light: readonly Float64Array[];
}
export type Triple = readonly [number, number, number];

/** Primaries of sRGB under D50, X Y Z each; sRGB profiles differ from them by rounding only. */
const SRGB_PRIMARIES: readonly Triple[] = [
  [0.43607, 0.22249, 0.01392],
  [0.38515, 0.71687, 0.09708],
  [0.14307, 0.06061, 0.7141],
];
/** Values, of 8 bits, at which curves are compared. */
const SAMPLES = [26, 64, 128, 191, 230];
const TOLERANCE = 0.003;
const DEVICE_CLASSES = new Set(["mntr", "scnr", "prtr", "spac"]);
const CHANNELS = ["r", "g", "b"];

/** Reads a profile; undefined for bytes that are not a profile. */
export function readIccProfile(data: Buffer | undefined): IccProfile | undefined {
  if (!data || data.length < 132 || data.toString("latin1", 36, 40) !== "acsp") return undefined;
  const tags = tagsOf(data);
  const model = data.toString("latin1", 16, 20).trim();
  const matrix = model === "RGB" && isOfDevice(data) ? readMatrix(tags) : undefined;
  return {
    data,
    model,
    name: nameOf(tags.get("desc")),
    isSrgb: isSrgb(matrix),
    // A black that is not dark needs black-point compensation, which only libvips has.
    matrix: matrix?.light.every(([black]) => black === 0) ? matrix : undefined,
  };
}

function tagsOf(profile: Buffer): Map<string, Buffer> {
  const tags = new Map<string, Buffer>();
  const count = Math.min(profile.readUInt32BE(128), 100);
  for (let at = 132; at < 132 + 12 * count && at + 12 <= profile.length; at += 12) {
    const [offset, length] = [profile.readUInt32BE(at + 4), profile.readUInt32BE(at + 8)];
    tags.set(profile.toString("latin1", at, at + 4), profile.subarray(offset, offset + length));
  }
  return tags;
}

/** Returns the first name of a `desc` tag in either form: ASCII (version 2) or translations in UTF-16 (version 4). */
function nameOf(tag: Buffer | undefined): string | undefined {
  if (!tag || tag.length < 12) return undefined;
  if (tag.toString("latin1", 0, 4) === "desc")
    return cleanText(tag.toString("latin1", 12, 11 + tag.readUInt32BE(8)));
  if (tag.toString("latin1", 0, 4) !== "mluc" || tag.length < 28) return undefined;
  const [length, offset] = [tag.readUInt32BE(20), tag.readUInt32BE(24)];
  const text = tag.subarray(offset, offset + length);
  const evenBytes = Buffer.from(text.subarray(0, text.length & ~1));
  return cleanText(evenBytes.swap16().toString("utf16le"));
}

/** Returns true for a complete profile of a screen, a camera, a printer or a colour space (ICC.1:2022, 7.2.5). */
function isOfDevice(data: Buffer): boolean {
  return data.readUInt32BE(0) <= data.length && DEVICE_CLASSES.has(data.toString("latin1", 12, 16));
}

/** Reads the matrix; undefined if the profile lacks a part of it, or has colour tables, which take precedence. */
function readMatrix(tags: Map<string, Buffer>): MatrixProfile | undefined {
  if (tags.has("A2B0") || tags.has("D2B0")) return undefined;
  const primaries = CHANNELS.map((channel) => readXyz(tags.get(`${channel}XYZ`))).filter(isDefined);
  const light = CHANNELS.map((channel) => readCurve(tags.get(`${channel}TRC`))).filter(isDefined);
  return primaries.length === 3 && light.length === 3 ? { primaries, light } : undefined;
}

function readXyz(tag: Buffer | undefined): Triple | undefined {
  if (!tag || tag.length < 20) return undefined;
  const [x = 0, y = 0, z = 0] = [8, 12, 16].map((at) => tag.readInt32BE(at) / 65_536);
  return [x, y, z];
}

function readCurve(tag: Buffer | undefined): Float64Array | undefined {
  if (!tag) return undefined;
  const light = Float64Array.from({ length: 256 }, (_, value) => curveAt(tag, value / 255) ?? Number.NaN);
  return light.every(Number.isFinite) ? light : undefined;
}

function isSrgb(matrix: MatrixProfile | undefined): boolean {
  if (!matrix) return false;
  const arePrimaries = matrix.primaries
    .flat()
    .every((value, at) => isClose(value, SRGB_PRIMARIES.flat()[at]));
  return (
    arePrimaries &&
    matrix.light.every((light) => SAMPLES.every((at) => isClose(light[at], srgbLight(at / 255))))
  );
}

/** Returns the light of an sRGB value, both from 0 to 1 (IEC 61966-2-1). */
function srgbLight(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function isClose(value: number | undefined, wanted: number | undefined): boolean {
  return value !== undefined && wanted !== undefined && Math.abs(value - wanted) <= TOLERANCE;
}

function isDefined<Value>(value: Value | undefined): value is Value {
  return value !== undefined;
}
