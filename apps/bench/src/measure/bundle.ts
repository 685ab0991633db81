import { join } from "node:path";
import { build } from "esbuild";

/**
 * Bundles a program as the handlers' are, so that what is measured is what is deployed: without the time and the memory
 * that it takes Node to read the packages file by file.
 *
 * @returns the path of the bundle
 */
export async function bundle(entry: string): Promise<string> {
  const folder = join(import.meta.dirname, "../../dist");
  const name = entry.split("/").at(-1)?.replace(/\.ts$/, ".mjs") ?? "bundle.mjs";
  const outfile = join(folder, name);
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    minify: true,
    platform: "node",
    target: "node22",
    format: "esm",
    external: ["sharp", "libheif-js", "heic-convert"],
    logLevel: "error",
  });
  return outfile;
}
