/** The settings of `pipeline.config.ts`, and the hashes, names and function environments that depend on them alone. */
export { AnalysisRecipe, toAnalysisHash } from "./config/analysis-rules.ts";
export { toHash } from "./config/canonical-json.ts";
export { ConfigError } from "./config/config-error.ts";
export {
  AnalysisTaskEnvironment,
  AnalyzerEnvironment,
  AuditEnvironment,
  IngestEnvironment,
  readEnvironment,
  WorkerEnvironment,
  WorkflowEnvironment,
} from "./config/handler-environment.ts";
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
  maxFramePixels,
  OUTPUT_OPTIONS,
  Output,
  Preset,
  Presets,
  type Recipe,
  toRecipeHash,
} from "./config/preset.ts";
export { FUNCTIONS, type Names, SUBSCRIBERS, toNames, type WorkflowStep } from "./config/resource-names.ts";
export { Watermark } from "./config/watermark.ts";
