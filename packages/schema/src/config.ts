export { IngestEnvironment, readEnvironment, WorkerEnvironment } from "./handler-environment.ts";
export {
  ConfigError,
  definePipeline,
  type Pipeline,
  type PipelineInput,
  pipelineFor,
} from "./pipeline-config.ts";
export { Limits, Output, Preset, Presets, toRecipe } from "./preset.ts";
