import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Plugin } from "esbuild";
import type { Target } from "./target.ts";

/**
 * Bundles sharp's own JavaScript, which starts in half the time, and leaves its binaries outside. A zip holds the
 * binaries of one platform, so sharp's search for the right ones is replaced by their name; esbuild could not follow
 * that search either, as it asks for paths made at run time. The decoder of HEIC stays outside too, to be loaded when it is needed.
 */
export function sharpBundling(entry: string, { platform, arch }: Target): Plugin {
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
    },
  };
}
