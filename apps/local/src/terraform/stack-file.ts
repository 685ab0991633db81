import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { UserFault } from "@image-pipeline/schema/user-fault";
import { z } from "zod";

const Values = z.record(z.string(), z.unknown());
const Json = z.object({
  provider: z.object({ aws: z.array(z.object({ region: z.string().optional() })).min(1) }).optional(),
  resource: z.record(z.string(), z.record(z.string(), Values)).default({}),
  module: z.never("modules are not supported").optional(),
});

/** A synthesised stack, before its references are resolved. */
export interface StackFile {
  name: string;
  folder: string;
  region: string | null;
  /** Grouped by type, then by id. */
  resources: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
}

/**
 * Reads every `cdk.tf.json` of a synthesised app.
 *
 * @param folder `cdktf.out/stacks`
 * @throws {UserFault} when there are no stacks, or one cannot be read
 */
export function readStackFiles(folder: string): StackFile[] {
  const paths = existsSync(folder)
    ? readdirSync(folder).map((name) => join(folder, name, "cdk.tf.json"))
    : [];
  const files = paths.filter((path) => existsSync(path)).sort();
  if (files.length === 0) throw new UserFault(`${folder} contains no stacks: run "npx pipeline synth" first`);
  return files.map(readStackFile);
}

function readStackFile(path: string): StackFile {
  const folder = dirname(path);
  try {
    const { provider, resource } = Json.parse(JSON.parse(readFileSync(path, "utf8")));
    return { name: basename(folder), folder, region: provider?.aws[0]?.region ?? null, resources: resource };
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error).replaceAll("\n", " ") : String(error);
    throw new UserFault(`${path} is not a synthesised stack (${why}): run "npx pipeline synth" again`);
  }
}
