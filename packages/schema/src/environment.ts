/** The environment variables of the functions, which the stacks set. */
export {
  AnalysisTaskEnvironment,
  AnalyzerEnvironment,
  AuditEnvironment,
  BudgetEnvironment,
  IngestEnvironment,
  InvalidationEnvironment,
  LocalWebhookEnvironment,
  ResolverEnvironment,
  readEnvironment,
  WebhookEnvironment,
  WorkerEnvironment,
  WorkflowEnvironment,
} from "./config/handler-environment.ts";
