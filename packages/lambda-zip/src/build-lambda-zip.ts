import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { build } from "esbuild";
import { sharpBinaries } from "./native-package.ts";
import { sharpBundling } from "./sharp-bundling.ts";
import type { Target } from "./target.ts";
import { toZip } from "./to-zip.ts";

export interface LambdaZip {
  /** The file that exports `handler`. */
  entry: string;
  /** Where the zip goes; its folder is made. */
  outfile: string;
  /** The platform whose sharp binaries go in; without one the zip is plain JavaScript. */
  sharp?: Target;
}

/**
 * Bundles a handler to `index.js` (Lambda's handler name is `index.handler`), adds sharp's binaries where asked, and
 * writes a zip that is byte for byte the same for the same sources, whatever machine or folder builds it.
 *
 * CommonJS, as it starts faster than ESM: sharp's loader and the SDK both cost about half.
 */
export async function buildLambdaZip({ entry, outfile, sharp }: LambdaZip): Promise<void> {
  const files = new Map([["index.js", await bundle(entry, sharp)]]);
  if (sharp) for (const [name, data] of await sharpBinaries(entry, sharp)) files.set(name, data);
  await mkdir(dirname(outfile), { recursive: true });
  const unfinished = `${outfile}.${process.pid}`;
  await writeFile(unfinished, toZip(files));
  await rename(unfinished, outfile);
}

async function bundle(entry: string, sharp: Target | undefined): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    absWorkingDir: dirname(entry),
    write: false,
    outfile: "index.js",
    bundle: true,
    minify: true,
    keepNames: true,
    platform: "node",
    target: "node22",
    format: "cjs",
    mainFields: ["module", "main"],
    legalComments: "eof",
    plugins: sharp ? [sharpBundling(entry, sharp)] : [],
    logLevel: "warning",
  });
  const [file] = outputFiles;
  if (!file) throw new Error(`esbuild wrote nothing for ${entry}`);
  return file.contents;
}
