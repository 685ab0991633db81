import type { Pipeline } from "@image-pipeline/schema/config";

/** What the config says of one function, in the words of `NodeFunction`. */
export function toFunctionSettings(pipeline: Pipeline, handler: "ingest" | "worker") {
  const { memoryMegabytes, timeoutSeconds } = pipeline[handler];
  const reservedConcurrency = toReservedConcurrency(pipeline, handler);
  const { architecture, logRetentionDays } = pipeline;
  return { memoryMegabytes, timeoutSeconds, reservedConcurrency, architecture, logRetentionDays };
}

function toReservedConcurrency({ ingest, worker }: Pipeline, handler: "ingest" | "worker"): number | null {
  if (handler === "ingest") return ingest.reservedConcurrency;
  return worker.reservedConcurrency === "maximumConcurrency"
    ? worker.maximumConcurrency
    : worker.reservedConcurrency;
}

/** Variables that the runtime and Powertools read themselves, so no schema of a handler knows them. */
export function toRuntimeVariables({ logLevel }: Pipeline): Record<string, string> {
  return { POWERTOOLS_LOG_LEVEL: logLevel };
}
