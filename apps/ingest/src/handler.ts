import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { SNSClient } from "@aws-sdk/client-sns";
import { IngestEnvironment, readEnvironment } from "@image-pipeline/schema/config";
import type { Context } from "aws-lambda";
import { ingest } from "./ingest.ts";
import { snsEventPublisher } from "./sns-event-publisher.ts";

const environment = readEnvironment(IngestEnvironment, process.env);
const logger = new Logger({ serviceName: "ingest" });
const metrics = new Metrics({ namespace: "ImagePipeline", serviceName: "ingest" });
// Environments of one account share the namespace: the function's name keeps them apart.
metrics.setDefaultDimensions({ function: process.env.AWS_LAMBDA_FUNCTION_NAME ?? "ingest" });
/** A connection that says nothing for so long is given up and tried anew, well before the function's own time-out. */
const sns = new SNSClient({ requestHandler: { connectionTimeout: 2_000, socketTimeout: 5_000 } });
const publisher = snsEventPublisher(sns, environment.IMAGE_EVENTS_TOPIC_ARN);

/** Lambda's entry: an asynchronous invocation by S3. */
export async function handler(notification: unknown, context: Context): Promise<void> {
  logger.addContext(context);
  try {
    const { events, ignored } = await ingest(notification, publisher);
    for (const { type, id, subject, data } of events)
      logger.info("published", { type, id, key: subject, correlationId: data.correlationId });
    for (const name of ignored) logger.warn("ignored an event that is no upload and no delete", { name });
    metrics.addMetric("EventsPublished", MetricUnit.Count, events.length);
  } catch (error) {
    logger.error("not all records were published", { error });
    throw error;
  } finally {
    metrics.publishStoredMetrics();
  }
}
