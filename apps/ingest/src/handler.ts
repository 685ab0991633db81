import { MetricUnit } from "@aws-lambda-powertools/metrics";
import { SNSClient } from "@aws-sdk/client-sns";
import { telemetry } from "@image-pipeline/lambda-kit";
import { snsEventPublisher } from "@image-pipeline/lambda-kit/event-publisher";
import { IngestEnvironment, readEnvironment } from "@image-pipeline/schema/environment";
import { messageGroups } from "@image-pipeline/schema/events";
import { toImageId } from "@image-pipeline/schema/keys";
import type { Context } from "aws-lambda";
import { ingest } from "./ingest.ts";

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
    const { events, ignored } = await ingest(notification, publisher);
    for (const { type, id, subject, data } of events)
      logger.info(`published an ${type} event for the subscribers of the pipeline`, {
        type,
        id,
        key: subject,
        imageId: toImageId(data.bucket, subject),
        correlationId: data.correlationId,
      });
    for (const name of ignored)
      logger.warn("ignored an S3 event, because it is neither an upload nor a delete", { name });
    metrics.addMetric("EventsPublished", MetricUnit.Count, events.length);
  } catch (error) {
    logger.error(
      "could not publish all events of a notification; Lambda invokes the function again with all of them",
      { error },
    );
    throw error;
  } finally {
    metrics.publishStoredMetrics();
  }
}
