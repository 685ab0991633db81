import { FACTS } from "@image-pipeline/testing";
import type { RenderedFile } from "../../src/render/render-file.ts";

/** A rendered file with one rendition and these texts. */
export function aRenderedFile(texts: {
  name: string;
  path: string;
  make: string;
  colourProfile: string;
}): RenderedFile {
  const { name, path, make, colourProfile } = texts;
  const rendition = {
    preset: "thumb",
    format: "webp",
    extension: "webp",
    contentType: "image/webp",
    width: 32,
    height: 32,
    pages: 1,
    sha256: "0".repeat(64),
    path,
    bytes: 100,
    milliseconds: 1,
  } as const;
  return { name, bytes: 1000, facts: { ...FACTS, colourProfile, exif: { make } }, renditions: [rendition] };
}
