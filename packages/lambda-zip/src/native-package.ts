import { readdir, readFile, realpath } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, relative, sep } from "node:path";
import type { Target } from "./target.ts";

/** Files of a prebuilt package that a zip needs: code, libraries and the licence, but no headers. */
const RUNS = /(\.node|\.c?js|\.so(\.[\d.]+)?|\.dylib|package\.json|LICENSE)$/;

/**
 * The prebuilt binaries of sharp for a target, as `node_modules/@img/…` entries in one flat folder without links,
 * where sharp's own loader and its run-time library path find them.
 *
 * @param from a file of the package that depends on sharp
 * @throws {Error} when the install left that platform's packages out
 */
export async function sharpBinaries(
  from: string,
  { platform, arch }: Target,
): Promise<Map<string, Uint8Array>> {
  const sharp = await realpath(createRequire(from).resolve("sharp"));
  const binding = await packageFolder(sharp, `@img/sharp-${platform}-${arch}`);
  const library = await packageFolder(join(binding, "index.cjs"), `@img/sharp-libvips-${platform}-${arch}`);
  const files = new Map<string, Uint8Array>();
  for (const [name, folder] of [
    [`@img/sharp-${platform}-${arch}`, binding],
    [`@img/sharp-libvips-${platform}-${arch}`, library],
  ] as const) {
    for (const file of await filesBelow(folder)) {
      if (RUNS.test(file)) files.set(`node_modules/${name}/${file}`, await readFile(join(folder, file)));
    }
  }
  return files;
}

/** libheif-js's decoder, unmodified and with its licence: the LGPL asks for a file that its user can replace. */
const HEIC_DECODER = ["package.json", "libheif-wasm/libheif-bundle.js", "libheif-wasm/LICENSE"];

/** Returns the decoder of HEIC as a separate file, which a function loads when the first HEIC picture comes. */
export async function heicDecoder(from: string): Promise<Map<string, Uint8Array>> {
  const folder = await packageFolder(from, "libheif-js");
  const files = new Map<string, Uint8Array>();
  for (const file of HEIC_DECODER)
    files.set(`node_modules/libheif-js/${file}`, await readFile(join(folder, file)));
  return files;
}

/** resvg, and the licence of its font. They are files of their own: most functions never load them. */
const SVG_RENDERER = {
  "@resvg/resvg-wasm": /^(package\.json|index\.js|index_bg\.wasm)$/,
  "@fontsource/arimo": /^(package\.json|LICENSE|files\/.*\.woff2)$/,
};

/** Returns the renderer of SVG and its font as separate files, which a function loads when the first SVG comes. */
export async function svgRenderer(from: string): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const [name, needed] of Object.entries(SVG_RENDERER)) {
    const folder = await packageFolder(from, name);
    for (const file of await filesBelow(folder))
      if (needed.test(file)) files.set(`node_modules/${name}/${file}`, await readFile(join(folder, file)));
  }
  return files;
}

async function packageFolder(from: string, name: string): Promise<string> {
  const roots = [from, import.meta.filename].flatMap((file) => createRequire(file).resolve.paths(name) ?? []);
  for (const root of roots) {
    const found = await realpath(join(root, name)).catch(() => undefined);
    if (found) return found;
  }
  throw new Error(`${name} is not installed: name it in packages/lambda-zip/package.json`);
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"));
}
