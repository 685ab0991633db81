import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
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
  /** Packages with prebuilt binaries, which the zip holds beside the code; sharp is the only one supported. */
  native: z.array(z.literal("sharp")).default([]),
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

/**
 * Bundles the function of a package for this machine, without a zip.
 *
 * @throws {Error} naming every fault of the package's `lambda` field, or of its sources with file, line and column
 */
export async function bundlePackage(
  folder: string,
  options: Omit<BundleOptions, "entry" | "sharp">,
): Promise<Bundle> {
  const { entry, native } = await readLambdaField(folder);
  const target = native.length > 0 ? { sharp: hostTarget() } : {};
  const path = join(folder, entry);
  return bundleFunction({ ...options, ...target, entry: path }).catch((error: unknown) => {
    throw isBuildFailure(error) ? new Error(toMessage(error, dirname(path)), { cause: error }) : error;
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
