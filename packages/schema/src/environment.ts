/** The environment variables of the functions, which the stacks set. */
export {
  AnalysisTaskEnvironment,
  AnalyzerEnvironment,
  AuditEnvironment,
  BudgetEnvironment,
  IngestEnvironment,
  InvalidationEnvironment,
  ResolverEnvironment,
  readEnvironment,
  WorkerEnvironment,
  WorkflowEnvironment,
} from "./config/handler-environment.ts";
