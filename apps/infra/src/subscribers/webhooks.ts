import type { Webhook } from "@image-pipeline/schema/config";
import { WebhookEnvironment } from "@image-pipeline/schema/environment";
import { SUBSCRIBERS, toWebhookName, WEBHOOK_MEMORY_MEGABYTES } from "@image-pipeline/schema/names";
import type { SubscriberProps } from "../constructs/subscriber.ts";
import type { Deployment, PipelineResources } from "../deployment.ts";
import { toPascal } from "../names.ts";
import { deferMessages } from "../policies/consumer-policy.ts";
import { readWebhookSecrets } from "../policies/webhook-policy.ts";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
/** Seconds between the attempts, as Standard Webhooks recommends: about a day in total. */
const RETRY_DELAYS = [5, MINUTE, 5 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 8 * HOUR];
/** Half a minute for a receiver on this machine that restarts. */
const LOCAL_RETRY_DELAYS = [1, 2, 4, 8, 15];

/** One message at a time: a slow delivery delays no other, and fails alone. */
const SETTINGS = {
  memoryMegabytes: WEBHOOK_MEMORY_MEGABYTES,
  timeoutSeconds: 30,
  reservedConcurrency: null,
  maximumConcurrency: 5,
  batchSize: 1,
  batchingWindowSeconds: 0,
};

/** Returns a subscriber for each webhook by its construct id: with a queue each, no receiver delays another. */
export function webhooks(
  deployment: Deployment,
  resources: PipelineResources,
): Readonly<Record<string, SubscriberProps>> {
  return Object.fromEntries(
    deployment.pipeline.webhooks.map((webhook) => {
      const name = `${SUBSCRIBERS.webhook}-${toWebhookName(webhook)}`;
      return [toPascal(name), toSubscriber(name, webhook, { ...deployment, ...resources })];
    }),
  );
}

function toSubscriber(
  name: string,
  webhook: Webhook,
  { pipeline, zips, imageResults }: Deployment & PipelineResources,
): SubscriberProps {
  const delays = pipeline.environment === "local" ? LOCAL_RETRY_DELAYS : RETRY_DELAYS;
  return {
    name,
    subscriptions: [{ topic: imageResults, filterPolicy: { type: webhook.types } }],
    consumer: {
      zip: zips.webhook,
      description: "Results of images in, signed HTTPS requests out",
      settings: { ...SETTINGS, maxReceiveCount: delays.length + 1 },
      maxQueueAgeSeconds: pipeline.alarms.maxQueueAgeSeconds,
      environment: (queueUrl) =>
        WebhookEnvironment.encode({
          WEBHOOK_URL: webhook.url,
          WEBHOOK_SECRET_ARN: webhook.secretArn,
          WEBHOOK_QUEUE_URL: queueUrl,
          RETRY_DELAYS: delays,
        }),
      permissions: (queueArn) => [...readWebhookSecrets([webhook]), deferMessages(queueArn)],
    },
  };
}
