export { AnalysisRecipe, AnalysisRule, toAnalysisHash } from "./analysis-rules.ts";
export { ConfigError } from "./config-faults.ts";
export {
  AnalyzerEnvironment,
  AuditEnvironment,
  IngestEnvironment,
  readEnvironment,
  WorkerEnvironment,
} from "./handler-environment.ts";
export { definePipeline, type Pipeline, type PipelineInput, pipelineFor } from "./pipeline-config.ts";
export { Limits, Output, Preset, Presets, toRecipe } from "./preset.ts";
export { type Names, toNames } from "./resource-names.ts";
export { Watermark } from "./watermark.ts";
