import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { type EncodedRendition, renderImage } from "@image-pipeline/imaging";
import type { Recipe } from "@image-pipeline/schema/config";
import type { Facts } from "@image-pipeline/schema/manifest";
import { UserFault } from "@image-pipeline/schema/user-fault";
import { writeBelow } from "./write-below.ts";

/** A rendition as it was written. */
export interface Written extends Omit<EncodedRendition, "data"> {
  /** Relative to the output folder, with slashes. */
  path: string;
  bytes: number;
  /** Since the rendition before it, in milliseconds; the first one's includes the decode. */
  milliseconds: number;
}

export interface RenderedFile {
  name: string;
  bytes: number;
  facts: Facts;
  renditions: Written[];
}

/**
 * Renders a file and writes its renditions to a folder.
 *
 * @throws {ImageRejection} when the image cannot be rendered
 * @throws {UserFault} when the file cannot be read
 */
export async function renderFile(
  file: string,
  { out, folder, recipe }: { out: string; folder: string; recipe: Recipe & { focus?: string | undefined } },
): Promise<RenderedFile> {
  const source = await readSource(file);
  const renditions: Written[] = [];
  const writes: Promise<void>[] = [];
  let last = performance.now();
  const facts = await renderImage(source, recipe, ({ data, ...rendition }) => {
    const name = `${rendition.preset}.${rendition.extension}`;
    const now = performance.now();
    renditions.push({
      ...rendition,
      path: `${folder}/${name}`,
      bytes: data.length,
      milliseconds: now - last,
    });
    last = now;
    const written = writeBelow(out, join(folder, name), data);
    // Reported below, when all have ended.
    written.catch(() => {});
    writes.push(written);
  });
  await Promise.all(writes);
  return { name: basename(file), bytes: source.length, facts, renditions };
}

async function readSource(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? ` (${error.code})` : "";
    throw new UserFault(`${file} cannot be read${code}: give the path of an image`);
  }
}
