import { ConfigError, type Pipeline } from "@image-pipeline/schema/config";
import { UserFault } from "./user-fault.ts";

type Load = () => Promise<{ default?: unknown }>;
const loadConfig: Load = () => import("../../../pipeline.config.ts");

/**
 * The settings of every environment, from the one file a user edits.
 *
 * @throws {ConfigError} with every fault of its settings
 * @throws {UserFault} when the file itself cannot be run
 */
export async function readPipelines(load: Load = loadConfig): Promise<ReadonlyMap<string, Pipeline>> {
  const { default: pipelines } = await load().catch((error: unknown) => {
    if (error instanceof ConfigError) throw error;
    const text = error instanceof Error ? error.message : String(error);
    throw new UserFault(`pipeline.config.ts cannot be read: ${text}`);
  });
  if (pipelines instanceof Map) return pipelines;
  throw new UserFault("pipeline.config.ts must have `export default definePipeline({ … })`");
}
