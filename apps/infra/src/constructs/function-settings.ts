import type { Pipeline } from "@image-pipeline/schema/config";

/** The size and the bound of a function, as the config has them. */
export interface FunctionSettings {
  memoryMegabytes: number;
  timeoutSeconds: number;
  /** Executions kept for it and its bound at once; null takes from the account's pool. */
  reservedConcurrency: number | null;
}

/** What the config says of one function, in the words of `NodeFunction`. */
export function toFunctionSettings(pipeline: Pipeline, settings: FunctionSettings) {
  const { memoryMegabytes, timeoutSeconds, reservedConcurrency } = settings;
  const { architecture, logRetentionDays } = pipeline;
  return { memoryMegabytes, timeoutSeconds, reservedConcurrency, architecture, logRetentionDays };
}

/** Variables that the runtime and Powertools read themselves, so no schema of a handler knows them. */
export function toRuntimeVariables({ logLevel }: Pipeline): Record<string, string> {
  return { POWERTOOLS_LOG_LEVEL: logLevel };
}
