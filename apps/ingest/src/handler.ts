import { MetricUnit } from "@aws-lambda-powertools/metrics";
import { SNSClient } from "@aws-sdk/client-sns";
import { telemetry } from "@image-pipeline/lambda-kit";
import { snsEventPublisher } from "@image-pipeline/lambda-kit/event-publisher";
import { IngestEnvironment, readEnvironment } from "@image-pipeline/schema/environment";
import { messageGroups } from "@image-pipeline/schema/events";
import type { Context } from "aws-lambda";
import { ingestAndLog } from "./ingest.ts";

const environment = readEnvironment(IngestEnvironment, process.env);
const { logger, metrics } = telemetry("ingest");
/** A silent connection is closed and the call repeated before the function times out, which is sooner than in the others. */
const sns = new SNSClient({ requestHandler: { connectionTimeout: 2_000, socketTimeout: 5_000 } });
const publisher = snsEventPublisher(sns, {
  topicArn: environment.IMAGE_EVENTS_TOPIC_ARN,
  groupOf: messageGroups(environment.TENANTS),
});

/** Handles a notification or an event of EventBridge, with which S3 or EventBridge invokes the function asynchronously. */
export async function handler(notification: unknown, context: Context): Promise<void> {
  logger.addContext(context);
  try {
    const count = await ingestAndLog(notification, { publisher, logger });
    metrics.addMetric("EventsPublished", MetricUnit.Count, count);
  } finally {
    metrics.publishStoredMetrics();
  }
}
