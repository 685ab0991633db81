import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { ChangeMessageVisibilityCommand, SQSClient } from "@aws-sdk/client-sqs";
import { CLIENT, partialResponse, telemetry } from "@image-pipeline/lambda-kit";
import { LocalWebhookEnvironment, readEnvironment } from "@image-pipeline/schema/environment";
import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { type DeliveryPorts, deliverMessage } from "./deliver-message.ts";
import { post } from "./post.ts";
import { secretsManagerSecrets } from "./webhook-secrets.ts";

/** For a receiver to take the connection and to answer. */
const TIMEOUT_MILLISECONDS = 15_000;

const environment = readEnvironment(LocalWebhookEnvironment, process.env);
const {
  WEBHOOK_SECRET_ARN,
  WEBHOOK_QUEUE_URL: QueueUrl,
  RETRY_DELAYS,
  WEBHOOK_ALLOWS_LOOPBACK,
} = environment;
const { logger } = telemetry("webhook");
const sqs = new SQSClient(CLIENT);
const target = {
  url: new URL(environment.WEBHOOK_URL),
  allowsLoopback: WEBHOOK_ALLOWS_LOOPBACK === "true",
  timeoutMilliseconds: TIMEOUT_MILLISECONDS,
};
const ports: DeliveryPorts = {
  endpoint: target.url.origin,
  post: (body, headers) => post(body, headers, target),
  secrets: secretsManagerSecrets(
    new SecretsManagerClient({ ...CLIENT, region: WEBHOOK_SECRET_ARN.split(":")[3] ?? "" }),
    WEBHOOK_SECRET_ARN,
  ),
  async delay(ReceiptHandle, VisibilityTimeout) {
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));
  },
  schedule: RETRY_DELAYS,
  gone: { until: 0 },
  logger,
  now: Date.now,
};

/** Handles messages of a webhook's queue. It returns the messages that failed, so that only those are delivered again. */
export async function handler({ Records }: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  logger.addContext(context);
  return partialResponse(Records, (record) => deliverMessage(record, ports));
}
