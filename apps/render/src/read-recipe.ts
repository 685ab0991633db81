import type { Recipe } from "@image-pipeline/schema/config";
import { UserFault } from "./user-fault.ts";

/**
 * The presets and limits of `pipeline.config.ts`, those of its first environment.
 *
 * @throws {UserFault} with the config's faults
 */
export async function readRecipe(): Promise<Recipe> {
  const { default: pipelines } = await import("../../../pipeline.config.ts").catch((error: unknown) => {
    throw new UserFault(error instanceof Error ? error.message : String(error));
  });
  const [first] = pipelines.values();
  if (!first) throw new UserFault("pipeline.config.ts names no environment: it needs at least one");
  return first;
}
