import { ConfigError, firstPipeline, type Presets } from "@image-pipeline/schema/config";
import { loadPipelines } from "@image-pipeline/schema/load";
import { UserFault } from "@image-pipeline/schema/user-fault";

/**
 * Returns the presets of the first environment in `pipeline.config.ts`.
 *
 * @throws {UserFault} with the errors of the config
 */
export async function shippedPresets(): Promise<Presets> {
  try {
    return firstPipeline(await loadPipelines()).presets;
  } catch (error) {
    throw error instanceof ConfigError ? new UserFault(error.message) : error;
  }
}
