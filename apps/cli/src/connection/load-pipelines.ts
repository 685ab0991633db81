import { relative, resolve } from "node:path";
import { ConfigError, type Pipeline } from "@image-pipeline/schema/config";
import { UserFault } from "@image-pipeline/schema/user-fault";

const ROOT = resolve(import.meta.dirname, "../../../..");

type Load = () => Promise<{ default?: unknown }>;
const loadConfig: Load = () => import("../../../../pipeline.config.ts");

/**
 * Reads the settings of every environment from the one file that a user edits.
 *
 * @throws {ConfigError} with every fault of its settings
 * @throws {UserFault} in one line, with the place, when the file itself cannot be run
 */
export async function loadPipelines(load: Load = loadConfig): Promise<ReadonlyMap<string, Pipeline>> {
  const { default: pipelines } = await load().catch((error: unknown) => {
    if (error instanceof ConfigError) throw error;
    const { message, stack = "" } = error instanceof Error ? error : new Error(String(error));
    throw new UserFault(`${placeOf(stack)} cannot be read: ${message.split("\n")[0]}`);
  });
  if (pipelines instanceof Map) return pipelines;
  throw new UserFault("pipeline.config.ts must have `export default definePipeline({ … })`");
}

/** `pipeline.config.ts:12:5`, as far as the stack names a place in it. */
function placeOf(stack: string): string {
  const [, path, place] = /(?:file:\/\/)?([^\s()]*pipeline\.config\.ts):(\d+(?::\d+)?)/.exec(stack) ?? [];
  return path === undefined ? "pipeline.config.ts" : `${relative(ROOT, decodeURI(path))}:${place}`;
}
