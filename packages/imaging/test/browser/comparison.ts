import { Facts } from "@image-pipeline/schema/manifest";
import sharp from "sharp";
import type { Pixels } from "../../src/pixels.ts";
import { render } from "../render.ts";
import { type BrowserCase, browserCases } from "./cases.ts";
import { showInChromium } from "./chromium.ts";
import { compare, type Distance } from "./compare.ts";

/** The comparison of one file. */
export interface Compared extends Pick<BrowserCase, "kind" | "name"> {
  /** Undefined if the sizes differ, or one of the two does not show it. */
  distance: Distance | undefined;
  agrees: boolean;
}

/** The distance up to which two renderings agree: rounding, and different decoders of lossy formats. */
const USUAL: Distance = { mean: 2, most: 10 };
/** The distance in high dynamic range: Chromium's curve has other highlights than BT.2390's. */
const IN_HDR: Distance = { mean: 4, most: 21 };

/** The distance of drawings: both smooth their edges, with other shades. */
const IN_SVG: Distance = { mean: 2, most: 15 };

/** Returns the distance up to which the files of a kind agree. */
export function allowedDistance(kind: string): Distance {
  if (kind.startsWith("SVG")) return IN_SVG;
  return kind.endsWith("in HDR") ? IN_HDR : USUAL;
}

/** The files that do not agree, each with the reason. */
export const EXCEPTIONS: Record<string, string> = {
  "JPEG in CMYK: with its profile":
    "Chromium converts CMYK without the profile, and its colours are far from those of print",
  "SVG: a filter": "Chromium's blur is an approximation by three averages",
  ...Object.fromEntries(
    [30, 60, 80, 95].map((quality) => [
      `AVIF: ${quality}, 4:2:0`,
      "libheif repeats the halved colours, and Chromium interpolates them: the edges of the disc differ",
    ]),
  ),
};

/** Renders every file by the engine and by Chromium, and compares them. */
export async function compareWithChromium(): Promise<Compared[]> {
  const files = [];
  for (const { make, ...one } of browserCases()) files.push({ ...one, data: await make() });
  const shown = await showInChromium(files);
  const compared: Compared[] = [];
  for (const { kind, name, data } of files) {
    const theirs = shown.get(name);
    const distance = theirs && (await compareOne(data, theirs));
    const { mean, most } = allowedDistance(kind);
    const agrees = distance !== undefined && distance.mean <= mean && distance.most <= most;
    compared.push({ kind, name, distance, agrees });
  }
  return compared;
}

/** Compares a rendition of the width that a browser shows, which must be the one in the facts. */
async function compareOne(file: Buffer, theirs: Pixels): Promise<Distance | undefined> {
  const presets = { one: { width: theirs.width, formats: ["png" as const] } };
  const { facts, renditions } = await render(file, presets, { inputs: Facts.shape.format.options });
  if (facts.width !== theirs.width) return undefined;
  const { data, info } = await sharp(renditions[0]?.data)
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return compare({ data, width: info.width, height: info.height, channels: 4 }, theirs);
}

/** Returns the share of files that agree. */
export function shareThatAgrees(compared: readonly Compared[]): number {
  return compared.filter(({ agrees }) => agrees).length / compared.length;
}
