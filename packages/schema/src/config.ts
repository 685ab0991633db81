export { AnalysisRecipe, AnalysisRule, toAnalysisHash } from "./analysis-rules.ts";
export { toHash } from "./canonical-json.ts";
export { ConfigError } from "./config-faults.ts";
export { type EventPattern, LARGEST_FILTERED_NUMBER, type ValueTest } from "./filter-pattern.ts";
export {
  AnalysisTaskEnvironment,
  AnalyzerEnvironment,
  AuditEnvironment,
  IngestEnvironment,
  readEnvironment,
  WorkerEnvironment,
  WorkflowEnvironment,
} from "./handler-environment.ts";
export { definePipeline, type Pipeline, type PipelineInput, pipelineFor } from "./pipeline-config.ts";
export { Limits, Output, Preset, Presets, type Recipe, toRecipe } from "./preset.ts";
export { type Names, toNames } from "./resource-names.ts";
export { Watermark } from "./watermark.ts";
export { WORKFLOW_ERRORS, type WorkflowError } from "./workflow-errors.ts";
export { exceptWorkflowUploads, isWorkflowUpload, workflowPatterns } from "./workflow-uploads.ts";
