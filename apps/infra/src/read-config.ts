import { ConfigError, type Pipeline } from "@image-pipeline/schema/config";
import { SynthFault } from "./synth-fault.ts";

/**
 * The settings of every environment, from the one file a user edits.
 *
 * @param load imports the file
 * @throws {ConfigError} with every fault of its settings
 * @throws {SynthFault} when the file itself cannot be run
 */
export async function readConfig(load: () => Promise<{ default?: unknown }>): Promise<Map<string, Pipeline>> {
  const { default: pipelines } = await load().catch((error: unknown) => {
    if (error instanceof ConfigError) throw error;
    throw new SynthFault(
      `pipeline.config.ts cannot be read: ${error instanceof Error ? error.message : error}`,
    );
  });
  if (pipelines instanceof Map) return pipelines;
  throw new SynthFault("pipeline.config.ts must have `export default definePipeline({ … })`");
}
