/** The settings of `pipeline.config.ts`, and the hashes of those that decide a result. */
export { AnalysisRecipe, callsPerPicture, toAnalysisHash } from "./config/analysis-rules.ts";
export { toHash } from "./config/canonical-json.ts";
export { ConfigError } from "./config/config-error.ts";
export {
  definePipeline,
  firstPipeline,
  type Pipeline,
  type PipelineInput,
  pipelineFor,
} from "./config/pipeline-config.ts";
export type { PolicyStatement } from "./config/policy-statement.ts";
export {
  Limits,
  OUTPUT_OPTIONS,
  Output,
  Preset,
  Presets,
} from "./config/preset.ts";
export {
  PresetRules,
  type RenderSettings,
  recipeOf,
} from "./config/preset-rules.ts";
export { maxFramePixels, type Recipe, toRecipeHash } from "./config/recipe.ts";
export { Watermark } from "./config/watermark.ts";
export type { Webhook } from "./config/webhooks.ts";
