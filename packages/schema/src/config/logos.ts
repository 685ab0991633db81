import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { crc32, inflateSync } from "node:zlib";
import { ConfigError } from "./config-error.ts";
import type { Pipeline } from "./pipeline-config.ts";
import type { Watermark } from "./watermark.ts";

/** The folder beside the config, and in the function's zip, that contains the logos. */
export const LOGO_FOLDER = "logos";

const SIGNATURE = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
const MOST_BYTES = 1_000_000;
const MOST_SIDE = 2000;
/** The most bytes of a pixel, and of a line beside its pixels. */
const MOST_PIXEL_BYTES = 8;
const LINE_BYTES = 8;

/** Returns the watermarks of a pipeline that are logos. */
export function logosOf({ presets }: Pick<Pipeline, "presets">): (Watermark & { image: string })[] {
  return Object.values(presets).flatMap(({ watermark }) =>
    watermark?.image === undefined ? [] : [{ ...watermark, image: watermark.image }],
  );
}

/**
 * Returns the pipelines with the hash of each logo's content, so that another content is another recipe.
 *
 * @param folder the folder of the config
 * @throws {ConfigError} with one line for a logo that is missing, too large or damaged
 */
export function withLogos(
  pipelines: ReadonlyMap<string, Pipeline>,
  folder: string,
): ReadonlyMap<string, Pipeline> {
  return new Map([...pipelines].map(([name, pipeline]) => [name, withHashes(pipeline, folder)]));
}

function withHashes(pipeline: Pipeline, folder: string): Pipeline {
  if (logosOf(pipeline).length === 0) return pipeline;
  const presets = Object.entries(pipeline.presets).map(([name, preset]) => {
    const { watermark } = preset;
    if (watermark?.image === undefined) return [name, preset] as const;
    const imageHash = logoHash(readLogo(folder, watermark.image, `presets.${name}.watermark.image`));
    return [name, { ...preset, watermark: { ...watermark, imageHash } }] as const;
  });
  return { ...pipeline, presets: Object.fromEntries(presets) };
}

/** Returns the hash of a logo's content, in 32 hexadecimal digits: the functions get it in a variable of few bytes. */
export function logoHash(file: Uint8Array): string {
  return createHash("sha256").update(file).digest("hex").slice(0, 32);
}

function readLogo(folder: string, image: string, setting: string): Buffer {
  const fault = (problem: string) =>
    new ConfigError(`pipeline.config.ts: ${setting}: ${LOGO_FOLDER}/${image} ${problem}`);
  const path = join(folder, LOGO_FOLDER, image);
  const size = statSync(path, { throwIfNoEntry: false });
  if (!size?.isFile()) throw fault(`is missing from the folder of the config`);
  if (size.size > MOST_BYTES) throw fault(`has ${size.size} bytes, more than ${MOST_BYTES}`);
  const file = readFileSync(path);
  const problem = problemOf(file);
  if (problem) throw fault(problem);
  return file;
}

/** Returns the reason why a file is not a logo, or undefined for a whole PNG. */
function problemOf(file: Buffer): string | undefined {
  if (!file.subarray(0, 8).equals(SIGNATURE)) return "is not a PNG picture";
  if (file.length < 33) return "is damaged or cut short";
  const [width, height] = [file.readUInt32BE(16), file.readUInt32BE(20)];
  if (Math.max(width, height) > MOST_SIDE)
    return `has ${width} x ${height} pixels, more than ${MOST_SIDE} a side`;
  const lines = pixelData(file);
  const most = height * (width * MOST_PIXEL_BYTES + LINE_BYTES);
  try {
    if (lines && inflateSync(lines, { maxOutputLength: most }).length >= height) return undefined;
  } catch {
    // Damaged, as below.
  }
  return "is damaged or cut short";
}

/** Returns the compressed lines of a PNG; undefined if a chunk is damaged or the last one is missing. */
function pixelData(file: Buffer): Buffer | undefined {
  const data: Buffer[] = [];
  for (let at = SIGNATURE.length; at + 12 <= file.length; ) {
    const end = at + 8 + file.readUInt32BE(at);
    if (end + 4 > file.length || crc32(file.subarray(at + 4, end)) !== file.readUInt32BE(end))
      return undefined;
    const type = file.toString("latin1", at + 4, at + 8);
    if (type === "IEND") return Buffer.concat(data);
    if (type === "IDAT") data.push(file.subarray(at + 8, end));
    at = end + 4;
  }
  return undefined;
}
