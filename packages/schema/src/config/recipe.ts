import type { SourceFormat } from "../messages/facts.ts";
import { toHash } from "./canonical-json.ts";
import type { Limits, Presets } from "./preset.ts";

/**
 * The functions on settings that the engine needs, apart from the schemas: the engine's process, which starts with the function, loads
 * no zod, and that is a fifth of its start.
 */

/** The settings that images are rendered with. */
export interface Recipe {
  presets: Presets;
  limits: Limits;
}

/**
 * Returns the recipe's hash: equal for equal presets, limits and engine, in any order of their keys.
 *
 * @param engine the versions that decide the pixels, such as `{ sharp, libvips }`
 */
export function toRecipeHash({ presets, limits }: Recipe, engine: Record<string, string>): string {
  return toHash({ presets, limits, engine });
}

/** Returns the most pixels that a frame of a format may have. */
export function maxFramePixels(
  { maxFramePixels: most }: Pick<Limits, "maxFramePixels">,
  format: SourceFormat,
): number {
  return typeof most === "number" ? most : most[format];
}
