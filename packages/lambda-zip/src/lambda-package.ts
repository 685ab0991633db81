import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import type { Pipeline } from "@image-pipeline/schema/config";
import { filesOf } from "@image-pipeline/schema/load";
import type { BuildFailure } from "esbuild";
import * as z from "zod";
import { type Bundle, type BundleOptions, bundleFunction } from "./build-lambda-zip.ts";
import { hostTarget } from "./target.ts";

/** The `lambda` field of a function's package.json: the content of its zip. */
const LambdaField = z.strictObject({
  /** The file that exports the handlers, relative to the package. */
  entry: z.string().default("src/handler.ts"),
  /** The exports that Lambda calls, each as `index.<name>`. */
  handlers: z.array(z.string()).min(1),
  /** Programs that the function starts, by name: each a module that the package can import, bundled to `<name>.js`. */
  programs: z
    .record(z.string().regex(/^(?!index$)[a-z-]+$/, "must be lower-case letters"), z.string())
    .default({}),
  /** Packages with prebuilt binaries, which the zip holds beside the code; sharp is the only one supported. */
  native: z.array(z.literal("sharp")).default([]),
  /** True puts the logos and fonts of all environments' presets into the zip, at their paths beside `pipeline.config.ts`. */
  configFiles: z.boolean().default(false),
});
export type LambdaField = z.infer<typeof LambdaField>;

/**
 * Reads the `lambda` field of a package.
 *
 * @throws {Error} naming every fault of the field
 */
export async function readLambdaField(folder: string): Promise<LambdaField> {
  const file = join(folder, "package.json");
  const Package = z.object({ lambda: LambdaField });
  const parsed = Package.safeParse(JSON.parse(await readFile(file, "utf8")));
  if (parsed.success) return parsed.data.lambda;
  throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
}

/** Returns the entry and the other programs of a package, as absolute paths. */
export function toEntries(
  folder: string,
  { entry, programs }: LambdaField,
): Pick<BundleOptions, "entry" | "programs"> {
  const { resolve: pathOf } = createRequire(join(folder, entry));
  return {
    entry: join(folder, entry),
    programs: Object.fromEntries(Object.entries(programs).map(([name, module]) => [name, pathOf(module)])),
  };
}

/**
 * Returns the logos and fonts that belong into a package's zip, by their paths in it.
 *
 * @param pipelines the settings of all environments, since there is one zip
 * @param configFolder where the folders `logos` and `fonts` are
 */
export async function toConfigFiles(
  { configFiles }: Pick<LambdaField, "configFiles">,
  pipelines: ReadonlyMap<string, Pipeline>,
  configFolder: string,
): Promise<Map<string, Uint8Array>> {
  const files = configFiles ? [...pipelines.values()].flatMap(filesOf) : [];
  const paths = [...new Set(files.map(({ path }) => path))];
  return new Map(
    await Promise.all(paths.map(async (path) => [path, await readFile(join(configFolder, path))] as const)),
  );
}

/**
 * Bundles the function of a package for this machine, without a zip.
 *
 * @throws {Error} naming every fault of the package's `lambda` field, or of its sources with file, line and column
 */
export async function bundlePackage(
  folder: string,
  options: Omit<BundleOptions, "entry" | "programs" | "sharp">,
): Promise<Bundle> {
  const field = await readLambdaField(folder);
  const target = field.native.length > 0 ? { sharp: hostTarget() } : {};
  const entries = toEntries(folder, field);
  return bundleFunction({ ...options, ...target, ...entries }).catch((error: unknown) => {
    throw isBuildFailure(error)
      ? new Error(toMessage(error, dirname(entries.entry)), { cause: error })
      : error;
  });
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && "errors" in error;
}

function toMessage({ errors }: BuildFailure, folder: string): string {
  return errors
    .map(({ text, location }) =>
      location ? `${resolve(folder, location.file)}:${location.line}:${location.column + 1}: ${text}` : text,
    )
    .join("\n");
}
