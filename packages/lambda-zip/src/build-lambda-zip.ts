import { mkdir, rename, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { build, type Plugin } from "esbuild";
import { heicDecoder, sharpBinaries, svgRenderer } from "./native-package.ts";
import type { Target } from "./target.ts";
import { toZip } from "./to-zip.ts";

/** The file of the handlers, as Lambda's setting `index.<name>` has it. */
const INDEX = "index.js";

export interface LambdaZip {
  /** The file that exports the handlers. */
  entry: string;
  /** The names of the handlers, each of which Lambda calls as `index.<name>` (default: `handler`). */
  handlers?: readonly string[];
  /** Other programs of the zip: the path of each one's entry by its name. `engine` is bundled to `engine.js`. */
  programs?: Readonly<Record<string, string>>;
  /** The path of the zip; missing folders are created. */
  outfile: string;
  /** Further files by their paths in the zip (default: none). */
  others?: ReadonlyMap<string, Uint8Array>;
  /** The platform of sharp's binaries; a zip without one holds JavaScript only. */
  sharp?: Target;
}

/** A function, in one file for itself and one for each of its other programs. */
export interface Bundle {
  /** The files by name: `index.js`, and `<name>.js` of each program. */
  files: ReadonlyMap<string, BundledFile>;
  /** Absolute paths of the files that the code was made from. */
  inputs: readonly string[];
}

export interface BundledFile {
  code: Uint8Array;
  /** The source map; the paths of the sources are relative to `mapFolder`. */
  map: Uint8Array;
}

export interface BundleOptions extends Pick<LambdaZip, "entry" | "programs" | "sharp"> {
  /** The folder of the source map. */
  mapFolder: string;
  /** Modules to bundle in the place of others, by the names of those (default: none). */
  alias?: Record<string, string>;
  /** False keeps names and lines, for a debugger (default: true). */
  minify?: boolean;
  /** True prints faults of the sources to standard error (default: true). */
  prints?: boolean;
}

/**
 * Bundles a function to `index.js` and its other programs to a file each, adds sharp's binaries if asked for, and writes a zip
 * that depends on the sources only: every machine and folder writes the same bytes. The source maps are written beside the
 * zip, as `index.js.map`: in the zip they would only make the function slower to start.
 *
 * @throws {Error} when the entry does not export one of the handlers
 */
export async function buildLambdaZip({
  entry,
  handlers = ["handler"],
  programs = {},
  outfile,
  others = new Map(),
  sharp,
}: LambdaZip): Promise<void> {
  const mapFolder = dirname(outfile);
  const bundle = await bundleFunction({ entry, programs, mapFolder, ...(sharp && { sharp }) });
  requireExports(entry, bundle.files.get(INDEX)?.code, handlers);
  const files = new Map([...others, ...[...bundle.files].map(([name, { code }]) => [name, code] as const)]);
  const native = sharp
    ? [await sharpBinaries(entry, sharp), await heicDecoder(entry), await svgRenderer(entry)]
    : [];
  for (const [name, data] of native.flatMap((each) => [...each])) files.set(name, data);
  await mkdir(mapFolder, { recursive: true });
  for (const [name, { map }] of bundle.files) await replaceFile(join(mapFolder, `${name}.map`), map);
  await replaceFile(outfile, toZip(files));
}

async function replaceFile(path: string, data: Uint8Array): Promise<void> {
  const unfinished = `${path}.${process.pid}`;
  await writeFile(unfinished, data);
  await rename(unfinished, path);
}

/**
 * Bundles a function. The bundle is CommonJS because it starts faster than ESM: sharp's loader and the SDK both take about
 * half the time.
 *
 * @throws esbuild's `BuildFailure`, with the place of each fault
 */
export async function bundleFunction({
  entry,
  programs = {},
  sharp,
  mapFolder,
  alias = {},
  minify = true,
  prints = true,
}: BundleOptions): Promise<Bundle> {
  const workingFolder = dirname(entry);
  const outdir = resolve(mapFolder);
  const { outputFiles, metafile } = await build({
    entryPoints: { index: entry, ...programs },
    absWorkingDir: workingFolder,
    write: false,
    alias,
    outdir,
    bundle: true,
    minify,
    sourcemap: "external",
    sourcesContent: false,
    metafile: true,
    keepNames: true,
    platform: "node",
    target: "node22",
    format: "cjs",
    // The folder of the bundle, where the other programs are.
    define: { "import.meta.dirname": "__dirname", "import.meta.filename": "__filename" },
    mainFields: ["module", "main"],
    legalComments: "eof",
    plugins: sharp ? [sharpBundling(entry, sharp)] : [],
    logLevel: prints ? "warning" : "silent",
  });
  const contentOf = (name: string) => {
    const found = outputFiles.find(({ path }) => path === join(outdir, name));
    if (!found) throw new Error(`esbuild wrote no ${name} for ${entry}`);
    return found.contents;
  };
  const names = [INDEX, ...Object.keys(programs).map((name) => `${name}.js`)];
  return {
    files: new Map(names.map((name) => [name, { code: contentOf(name), map: contentOf(`${name}.map`) }])),
    inputs: Object.keys(metafile.inputs).map((path) => resolve(workingFolder, path)),
  };
}

/** esbuild names the exports of a CommonJS bundle in a statement for Node.js: `0&&(module.exports={a,b});`. */
function requireExports(entry: string, code: Uint8Array | undefined, handlers: readonly string[]): void {
  const [, names = ""] = /0&&\(module\.exports=\{([^}]*)\}\)/.exec(new TextDecoder().decode(code)) ?? [];
  const missing = handlers.filter((name) => !names.split(",").includes(name));
  if (missing.length > 0) throw new Error(`${entry} does not export ${missing.join(", ")}`);
}

/**
 * Bundles sharp's own JavaScript, which starts in half the time, and leaves its binaries outside. A zip holds the
 * binaries of one platform, so sharp's search for the right ones is replaced by their name; esbuild could not follow
 * that search either, as it asks for paths made at run time.
 */
function sharpBundling(entry: string, { platform, arch }: Target): Plugin {
  const commonJs = join(dirname(createRequire(entry).resolve("sharp")), "index.cjs");
  return {
    name: "sharp",
    setup(build) {
      build.onResolve({ filter: /^sharp$/ }, () => ({ path: commonJs }));
      build.onResolve({ filter: /^libheif-js\// }, ({ path }) => ({ path, external: true }));
      build.onResolve({ filter: /^@img\/.*\.node$/ }, ({ path }) => ({ path, external: true }));
      build.onLoad({ filter: /[\\/]sharp[\\/]dist[\\/]sharp\.cjs$/ }, () => ({
        contents: `module.exports = require("@img/sharp-${platform}-${arch}/sharp.node");`,
      }));
      // Of this file, which loads semver for sharp's installation, the rest of sharp needs the platform's name only.
      build.onLoad({ filter: /[\\/]sharp[\\/]dist[\\/]libvips\.cjs$/ }, () => ({
        contents: `exports.runtimePlatformArch = () => "${platform}-${arch}";`,
      }));
    },
  };
}
