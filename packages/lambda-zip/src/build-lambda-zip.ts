import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { build } from "esbuild";
import { sharpBinaries } from "./native-package.ts";
import { sharpBundling } from "./sharp-bundling.ts";
import type { Target } from "./target.ts";
import { toZip } from "./to-zip.ts";

export interface LambdaZip {
  /** The file that exports `handler`. */
  entry: string;
  /** The path of the zip; its folder is created. */
  outfile: string;
  /** The platform whose sharp binaries are included; without one the zip is plain JavaScript. */
  sharp?: Target;
}

/** A handler in one file. */
export interface Bundle {
  /** `index.js` */
  code: Uint8Array;
  /** Its source map; the paths of the sources are relative to `mapFolder`. */
  map: Uint8Array;
  /** Absolute paths of the files that the code was made from. */
  inputs: readonly string[];
}

export interface BundleOptions extends Pick<LambdaZip, "entry" | "sharp"> {
  /** The folder of the source map. */
  mapFolder: string;
  /** False keeps names and lines, for a debugger (default: true). */
  minify?: boolean;
  /** False leaves it to the caller to report what is wrong with the sources (default: true, to standard error). */
  prints?: boolean;
}

/**
 * Bundles a handler to `index.js` (Lambda's handler name is `index.handler`), adds sharp's binaries if asked, and
 * writes a zip that is byte for byte the same for the same sources, whatever machine or folder builds it. The source
 * map is written beside the zip, as `index.js.map`: it would make the zip larger and is of use only with the sources.
 */
export async function buildLambdaZip({ entry, outfile, sharp }: LambdaZip): Promise<void> {
  const mapFolder = dirname(outfile);
  const { code, map } = await bundleHandler({ entry, mapFolder, ...(sharp && { sharp }) });
  const files = new Map([["index.js", code]]);
  if (sharp) for (const [name, data] of await sharpBinaries(entry, sharp)) files.set(name, data);
  await mkdir(mapFolder, { recursive: true });
  await replaceFile(join(mapFolder, "index.js.map"), map);
  await replaceFile(outfile, toZip(files));
}

async function replaceFile(path: string, data: Uint8Array): Promise<void> {
  const unfinished = `${path}.${process.pid}`;
  await writeFile(unfinished, data);
  await rename(unfinished, path);
}

/**
 * Bundles a handler as CommonJS, which starts faster than ESM: sharp's loader and the SDK both take about half the time.
 *
 * @throws esbuild's `BuildFailure`, with the place of each fault
 */
export async function bundleHandler({
  entry,
  sharp,
  mapFolder,
  minify = true,
  prints = true,
}: BundleOptions): Promise<Bundle> {
  const workingFolder = dirname(entry);
  const outfile = resolve(mapFolder, "index.js");
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    absWorkingDir: workingFolder,
    write: false,
    outfile,
    bundle: true,
    minify,
    sourcemap: "external",
    sourcesContent: false,
    metafile: true,
    keepNames: true,
    platform: "node",
    target: "node22",
    format: "cjs",
    mainFields: ["module", "main"],
    legalComments: "eof",
    plugins: sharp ? [sharpBundling(entry, sharp)] : [],
    logLevel: prints ? "warning" : "silent",
  });
  const [map, code] = [`${outfile}.map`, outfile].map(
    (name) => outputFiles.find(({ path }) => path === name)?.contents,
  );
  if (!code || !map) throw new Error(`esbuild wrote nothing for ${entry}`);
  return { code, map, inputs: Object.keys(metafile.inputs).map((path) => resolve(workingFolder, path)) };
}
