import { cleanText } from "./exif-facts.ts";

/** What an embedded colour profile says of itself (ICC.1:2022). */
export interface IccProfile {
  /** The profile itself. */
  data: Buffer;
  /** The colour model that it describes: `RGB`, `GRAY`, `CMYK`, … */
  model: string;
  name: string | undefined;
  /** Whether its colours are sRGB's own, so that nothing is to convert. */
  isSrgb: boolean;
}

/** sRGB's primaries as seen under D50, X Y Z each, as every sRGB profile holds them up to rounding. */
const SRGB_PRIMARIES = {
  rXYZ: [0.436, 0.2225, 0.0139],
  gXYZ: [0.3851, 0.7169, 0.0971],
  bXYZ: [0.1431, 0.0606, 0.7141],
};
const SAMPLES = [0.1, 0.25, 0.5, 0.75, 0.9];
const TOLERANCE = 0.003;

/** Reads a profile's header; undefined for bytes that are no profile. */
export function readIccProfile(data: Buffer | undefined): IccProfile | undefined {
  if (!data || data.length < 132 || data.toString("latin1", 36, 40) !== "acsp") return undefined;
  const tags = tagsOf(data);
  const model = data.toString("latin1", 16, 20).trim();
  return { data, model, name: nameOf(tags.get("desc")), isSrgb: model === "RGB" && hasSrgbColours(tags) };
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

/** The first name of a `desc` tag in either of its forms: ASCII (version 2) or a list of translations in UTF-16 (version 4). */
function nameOf(tag: Buffer | undefined): string | undefined {
  if (!tag || tag.length < 12) return undefined;
  if (tag.toString("latin1", 0, 4) === "desc")
    return cleanText(tag.toString("latin1", 12, 11 + tag.readUInt32BE(8)));
  if (tag.toString("latin1", 0, 4) !== "mluc" || tag.length < 28) return undefined;
  const [length, offset] = [tag.readUInt32BE(20), tag.readUInt32BE(24)];
  const text = tag.subarray(offset, offset + length);
  const whole = Buffer.from(text.subarray(0, text.length & ~1));
  return cleanText(whole.swap16().toString("utf16le"));
}

function hasSrgbColours(tags: Map<string, Buffer>): boolean {
  if (tags.has("A2B0")) return false;
  const arePrimaries = Object.entries(SRGB_PRIMARIES).every(([name, xyz]) => {
    const tag = tags.get(name);
    return (
      tag !== undefined &&
      tag.length >= 20 &&
      xyz.every((value, index) => isClose(tag.readInt32BE(8 + 4 * index) / 65_536, value))
    );
  });
  return arePrimaries && ["rTRC", "gTRC", "bTRC"].every((name) => isSrgbCurve(tags.get(name)));
}

function isSrgbCurve(tag: Buffer | undefined): boolean {
  return SAMPLES.every((sample) => isClose(curveAt(tag, sample), ((sample + 0.055) / 1.055) ** 2.4));
}

function isClose(value: number | undefined, wanted: number): boolean {
  return value !== undefined && Math.abs(value - wanted) <= TOLERANCE;
}

/** A tone curve's value, as a table or as the parametric form (type 3) that sRGB is written in; undefined for others. */
function curveAt(tag: Buffer | undefined, x: number): number | undefined {
  if (!tag || tag.length < 12) return undefined;
  const type = tag.toString("latin1", 0, 4);
  if (type === "curv") {
    const points = tag.readUInt32BE(8);
    const at = 12 + 2 * Math.round(x * (points - 1));
    return points > 1 && at + 2 <= tag.length ? tag.readUInt16BE(at) / 65_535 : undefined;
  }
  if (type !== "para" || tag.readUInt16BE(8) !== 3 || tag.length < 32) return undefined;
  const [gamma = 1, a = 1, b = 0] = [12, 16, 20].map((at) => tag.readInt32BE(at) / 65_536);
  return (a * x + b) ** gamma;
}
