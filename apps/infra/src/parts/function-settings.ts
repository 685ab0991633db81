import type { Pipeline } from "@image-pipeline/schema/config";

/** What the config says of one function, in the words of `NodeFunction`. */
export function toFunctionSettings(pipeline: Pipeline, handler: "ingest" | "worker") {
  const { memoryMegabytes, timeoutSeconds, reservedConcurrency } = pipeline[handler];
  const { architecture, logRetentionDays } = pipeline;
  return { memoryMegabytes, timeoutSeconds, reservedConcurrency, architecture, logRetentionDays };
}

/** Variables that the runtime and Powertools read themselves, so no schema of a handler knows them. */
export function toRuntimeVariables({ logLevel }: Pipeline): Record<string, string> {
  return { POWERTOOLS_LOG_LEVEL: logLevel };
}
