import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";
import { S3Client } from "@aws-sdk/client-s3";
import { VERSION } from "@image-pipeline/schema/version";
import { writeSafeJson } from "./json-console.ts";
import { LeanLogFormat } from "./lean-log-format.ts";

/** The settings of every AWS client: a silent connection is closed and its call repeated before the function times out. */
export const CLIENT = { requestHandler: { connectionTimeout: 2_000, socketTimeout: 10_000 } };

/** The logger, the metrics and the S3 client of a function. */
export interface Tools {
  logger: Logger;
  metrics: Metrics;
  s3: S3Client;
}

export function toTools(service: string): Tools {
  return { ...telemetry(service), s3: new S3Client(CLIENT) };
}

/** Creates the logger and the metrics of a function. */
export function telemetry(serviceName: string): Omit<Tools, "s3"> {
  const metrics = writeSafeJson(new Metrics({ namespace: "ImagePipeline", serviceName }));
  // All environments of an account share the namespace; the function's name separates them.
  metrics.setDefaultDimensions({ function: process.env.AWS_LAMBDA_FUNCTION_NAME ?? serviceName });
  return {
    logger: writeSafeJson(
      new Logger({
        serviceName,
        persistentKeys: { pipelineVersion: VERSION },
        logFormatter: new LeanLogFormat(),
      }),
    ),
    metrics,
  };
}
