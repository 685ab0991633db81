import type { Pipeline } from "@image-pipeline/schema/config";
import { WEBHOOK_MEMORY_MEGABYTES } from "@image-pipeline/schema/names";
import type { Prices } from "@image-pipeline/schema/prices";
import { SECONDS_PER_WEBHOOK } from "../plan-review/cost/load.ts";

/** Send, receive and delete. */
const REQUESTS_PER_MESSAGE = 3;

/** Calculates what one event costs that a webhook sends: its way through a queue, and the function until the receiver answers. */
export function costOfWebhookEvent({ architecture }: Pick<Pipeline, "architecture">, prices: Prices): number {
  const gigabyteSeconds = SECONDS_PER_WEBHOOK * (WEBHOOK_MEMORY_MEGABYTES / 1024);
  return (
    REQUESTS_PER_MESSAGE * prices.sqsRequest +
    prices.lambdaRequest +
    gigabyteSeconds * prices.lambdaGigabyteSecond[architecture]
  );
}

/** Calculates what the webhooks cost for an image that is processed and, with an analysis, analysed. */
export function webhookCost(
  pipeline: Pick<Pipeline, "webhooks" | "analysis" | "architecture">,
  prices: Prices,
): { usd: number; events: number } {
  const { webhooks, analysis } = pipeline;
  const happening = ["image.processed", ...(analysis.enabled ? ["image.analyzed"] : [])];
  const events = webhooks.flatMap(({ types }) => types.filter((type) => happening.includes(type))).length;
  return { usd: events * costOfWebhookEvent(pipeline, prices), events };
}
