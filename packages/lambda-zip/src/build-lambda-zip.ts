import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { build } from "esbuild";
import { sharpBinaries } from "./native-package.ts";
import { sharpBundling } from "./sharp-bundling.ts";
import type { Target } from "./target.ts";
import { toZip } from "./to-zip.ts";

export interface LambdaZip {
  /** The file that exports the handlers. */
  entry: string;
  /** The names of the handlers, each of which Lambda calls as `index.<name>` (default: `handler`). */
  handlers?: readonly string[];
  /** The path of the zip; missing folders are created. */
  outfile: string;
  /** The platform of sharp's binaries; a zip without one holds JavaScript only. */
  sharp?: Target;
}

/**
 * Bundles a function to `index.js`, adds sharp's binaries if asked for, and writes a zip that depends on the sources only:
 * every machine and folder writes the same bytes.
 *
 * The bundle is CommonJS because it starts faster than ESM: sharp's loader and the SDK both take about half the time.
 *
 * @throws {Error} when the entry does not export one of the handlers
 */
export async function buildLambdaZip({
  entry,
  handlers = ["handler"],
  outfile,
  sharp,
}: LambdaZip): Promise<void> {
  const code = await bundle(entry, sharp);
  requireExports(entry, code, handlers);
  const files = new Map([["index.js", code]]);
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

/** esbuild names the exports of a CommonJS bundle in a statement for Node.js: `0&&(module.exports={a,b});`. */
function requireExports(entry: string, code: Uint8Array, handlers: readonly string[]): void {
  const [, names = ""] = /0&&\(module\.exports=\{([^}]*)\}\)/.exec(new TextDecoder().decode(code)) ?? [];
  const missing = handlers.filter((name) => !names.split(",").includes(name));
  if (missing.length > 0) throw new Error(`${entry} does not export ${missing.join(", ")}`);
}
