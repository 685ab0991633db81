import { readFile } from "node:fs/promises";
import { join } from "node:path";
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
 * @throws {Error} naming every fault of the package's `lambda` field; esbuild's `BuildFailure` for its sources
 */
export async function bundlePackage(
  folder: string,
  options: Omit<BundleOptions, "entry" | "sharp">,
): Promise<Bundle> {
  const { entry, native } = await readLambdaField(folder);
  const target = native.length > 0 ? { sharp: hostTarget() } : {};
  return bundleFunction({ ...options, ...target, entry: join(folder, entry) });
}
