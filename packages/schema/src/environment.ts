/** The environment variables of the functions, which the stacks set. */
export {
  AnalysisTaskEnvironment,
  AnalyzerEnvironment,
  AuditEnvironment,
  IngestEnvironment,
  readEnvironment,
  WorkerEnvironment,
  WorkflowEnvironment,
} from "./config/handler-environment.ts";
