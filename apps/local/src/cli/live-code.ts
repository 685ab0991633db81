import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Bundle, type BundledFile, bundlePackage } from "@image-pipeline/lambda-zip";
import { unzipSync } from "fflate";
import { z } from "zod";
import type { LocalPipeline } from "../local-pipeline.ts";
import { toShortName } from "../topology/topology.ts";
import { ROOT } from "./build-and-synth.ts";

/** The export of a function's package that is its zip for this machine. */
const Package = z.object({
  exports: z.object({ "./local/lambda.zip": z.string() }),
});
const SourceMap = z.looseObject({ sources: z.array(z.string()) });

/** A package that holds the code of functions. */
export interface FunctionPackage {
  folder: string;
  zipPath: string;
}

/** The running pipeline, as far as code matters. */
type Running = {
  topology: Pick<LocalPipeline["topology"], "functions">;
  functions: Pick<LocalPipeline["functions"], "replaceCode">;
};

/** The code of functions, bundled from their sources while the pipeline runs. */
export interface LiveCode {
  /**
   * Bundles again the functions that are made from any of these files, and runs the new code. The first call bundles
   * every function, as their files are not known yet.
   *
   * @returns the functions whose code has changed, by their short names
   * @throws {Error} with file and line of the fault; the old code continues to run
   */
  reload(pipeline: Running, changed: ReadonlySet<string>): Promise<string[]>;
  /** Bundles a function for a debugger, with its source map. @returns false when its sources are not known */
  debug(pipeline: Running, functionName: string): Promise<boolean>;
  /** Gives a pipeline that has just started the code that the one before it ran. */
  restore(pipeline: Running): void;
}

export function liveCode(packages: readonly FunctionPackage[] = functionPackages()): LiveCode {
  const bundles = new Map<FunctionPackage, Bundle>();
  const debugged = new Set<FunctionPackage>();
  let last = Promise.resolve();

  function bundle(of: FunctionPackage): Promise<Bundle> {
    const mapFolder = dirname(of.zipPath);
    return bundlePackage(of.folder, { mapFolder, minify: !debugged.has(of), prints: false });
  }
  function run(pipeline: Running, of: FunctionPackage, bundle: Bundle): string[] {
    const names = functionsOf(pipeline, of);
    const files = new Map<string, Uint8Array>();
    for (const [name, { code, map }] of bundle.files) {
      const withMap = `${Buffer.from(code)}\n//# sourceMappingURL=${name}.map\n`;
      files.set(name, debugged.has(of) ? Buffer.from(withMap) : code);
      files.set(`${name}.map`, withAbsoluteSources(map, dirname(of.zipPath)));
    }
    for (const name of names) pipeline.functions.replaceCode(name, files);
    return names.map((name) => toShortName(name, pipeline.topology.functions));
  }
  async function reload(pipeline: Running, changed: ReadonlySet<string>): Promise<string[]> {
    const affected = packages.filter((each) => isMadeFrom(bundles.get(each), changed));
    const built = await Promise.all(affected.map(async (each) => ({ each, next: await bundle(each) })));
    return built.flatMap(({ each, next }) => {
      const isSame = isSameCode(next, bundles.get(each)?.files ?? filesIn(each));
      bundles.set(each, next);
      return isSame ? [] : run(pipeline, each, next);
    });
  }
  return {
    reload(pipeline, changed) {
      const reloaded = last.then(() => reload(pipeline, changed));
      last = reloaded.then(
        () => {},
        () => {},
      );
      return reloaded;
    },
    async debug(pipeline, functionName) {
      const found = packages.find((each) => functionsOf(pipeline, each).includes(functionName));
      if (!found) return false;
      debugged.add(found);
      const next = await bundle(found);
      bundles.set(found, next);
      run(pipeline, found, next);
      return true;
    },
    restore(pipeline) {
      for (const [each, current] of bundles) run(pipeline, each, current);
    },
  };
}

/** Before a package's first bundle its sources are not known: it may be made from any file. */
function isMadeFrom(bundle: Bundle | undefined, changed: ReadonlySet<string>): boolean {
  return bundle === undefined || bundle.inputs.some((path) => changed.has(path));
}

/** Finds the functions that run a package's zip, by its bytes: stacks have copies of the zips. */
function functionsOf({ topology }: Running, { zipPath }: FunctionPackage): string[] {
  const bytes = readFileSync(zipPath);
  return topology.functions
    .filter((lambda) => bytes.equals(readFileSync(lambda.zipPath)))
    .map(({ name }) => name);
}

/** The bundled files of a zip, as the map of a bundle has them. */
function filesIn({ zipPath }: FunctionPackage): ReadonlyMap<string, Pick<BundledFile, "code">> {
  const files = unzipSync(readFileSync(zipPath), { filter: ({ name }) => /^[^/]+\.js$/.test(name) });
  return new Map(Object.entries(files).map(([name, code]) => [name, { code }]));
}

function isSameCode({ files }: Bundle, before: ReadonlyMap<string, Pick<BundledFile, "code">>): boolean {
  return [...files].every(([name, { code }]) =>
    Buffer.from(code).equals(before.get(name)?.code ?? new Uint8Array()),
  );
}

function functionPackages(): FunctionPackage[] {
  const apps = join(ROOT, "apps");
  return readdirSync(apps).flatMap((name) => {
    const folder = join(apps, name);
    const file = join(folder, "package.json");
    const found = existsSync(file)
      ? Package.safeParse(JSON.parse(readFileSync(file, "utf8"))).data
      : undefined;
    const zipPath = found ? join(folder, found.exports["./local/lambda.zip"]) : "";
    return existsSync(zipPath) ? [{ folder, zipPath }] : [];
  });
}

/** Makes the paths of the sources absolute: the map is used in another folder than the one it was made for. */
function withAbsoluteSources(map: Uint8Array, mapFolder: string): Uint8Array {
  const parsed = SourceMap.parse(JSON.parse(Buffer.from(map).toString()));
  const sources = parsed.sources.map((path) => pathToFileURL(resolve(mapFolder, path)).href);
  return Buffer.from(JSON.stringify({ ...parsed, sources }));
}
