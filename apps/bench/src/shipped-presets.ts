import type { Presets } from "@image-pipeline/schema/config";
import { UserFault } from "@image-pipeline/schema/user-fault";

/**
 * The presets of `pipeline.config.ts`, those of its first environment.
 *
 * @throws {UserFault} with the config's faults
 */
export async function shippedPresets(): Promise<Presets> {
  const { default: pipelines } = await import("../../../pipeline.config.ts").catch((error: unknown) => {
    throw new UserFault(error instanceof Error ? error.message : String(error));
  });
  const [first] = pipelines.values();
  if (!first) throw new UserFault("pipeline.config.ts names no environment");
  return first.presets;
}
