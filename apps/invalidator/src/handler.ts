import { CloudFrontClient } from "@aws-sdk/client-cloudfront";
import { CLIENT, telemetry } from "@image-pipeline/lambda-kit";
import { InvalidationEnvironment, readEnvironment } from "@image-pipeline/schema/environment";
import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { cloudFrontEdge } from "./cloudfront-edge.ts";
import { invalidateBatch } from "./invalidate-batch.ts";

const { DISTRIBUTION_ID } = readEnvironment(InvalidationEnvironment, process.env);
const { logger } = telemetry("invalidator");
const edge = cloudFrontEdge(new CloudFrontClient(CLIENT), DISTRIBUTION_ID);

/** Handles messages of the invalidation queue. It returns the messages that failed, so that only those are delivered again. */
export async function handler({ Records }: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  logger.addContext(context);
  return invalidateBatch(Records, { edge, logger });
}
