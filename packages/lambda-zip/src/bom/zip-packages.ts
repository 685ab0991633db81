import { globSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { unzipSync } from "fflate";
import * as z from "zod";

/** A package whose code is in a zip. */
export interface ZipPackage {
  name: string;
  version: string;
  /** The zip's files of the package; none if its code is part of the bundle. */
  files: string[];
}

const Manifest = z.object({ name: z.string(), version: z.string() });
const SourceMap = z.object({ sources: z.array(z.string()) });
const PACKAGE_FOLDER = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

/**
 * Returns the packages in a built zip: those that the source maps beside it name, and those that it holds as files.
 *
 * @param dist the folder of `lambda.zip` and its source maps
 */
export function packagesOf(dist: string): ZipPackage[] {
  const found = new Map<string, ZipPackage>();
  for (const each of [...bundledIn(dist), ...heldBy(join(dist, "lambda.zip"))])
    found.set(`${each.name}@${each.version}`, each);
  return [...found.values()].toSorted((a, b) => a.name.localeCompare(b.name, "en"));
}

/** esbuild names only files whose code is in the bundle. */
function bundledIn(dist: string): ZipPackage[] {
  const folders = globSync("*.js.map", { cwd: dist })
    .flatMap((name) => SourceMap.parse(JSON.parse(readFileSync(join(dist, name), "utf8"))).sources)
    .flatMap((source) => PACKAGE_FOLDER.exec(resolve(dist, source)) ?? []);
  return [...new Set(folders)].map((folder) => ({
    ...Manifest.parse(JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))),
    files: [],
  }));
}

function heldBy(zip: string): ZipPackage[] {
  const files = unzipSync(readFileSync(zip), { filter: ({ name }) => name.startsWith("node_modules/") });
  return Object.entries(files)
    .filter(([path]) => path.endsWith("/package.json"))
    .map(([path, bytes]) => ({
      ...Manifest.parse(JSON.parse(new TextDecoder().decode(bytes))),
      files: Object.keys(files).filter((file) => file.startsWith(`${dirname(path)}/`)),
    }));
}
