import type { Output, Preset } from "@image-pipeline/schema/config";

/** Returns a preset with one output alone, as JSON: a measured output is found by it, unless its settings have changed. */
export function toOptions(preset: Preset, output: Output): string {
  return JSON.stringify({ ...preset, formats: [output] });
}
