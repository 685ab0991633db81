import { systemClock as clock } from "../clock.ts";
import { followWebhook, type Webhook, type WebhookOptions } from "../webhook/webhook.ts";
import type { Options } from "./options.ts";
import { toDeliveryLine } from "./report.ts";
import type { Terminal } from "./terminal.ts";

interface Opening extends Pick<WebhookOptions, "services" | "queueName"> {
  /** The URL of `--webhook`. */
  url: string | undefined;
  terminal: Terminal;
}

/** Reports the deliveries, if there is a URL for them. */
export function openWebhook({ url, terminal, ...options }: Opening): Webhook | undefined {
  const { note, complain } = terminal;
  return url === undefined ? undefined : followWebhook({ ...options, clock, note, complain });
}

/**
 * Prints the counts of the deliveries. With `--exit` it waits for the last ones first.
 *
 * @returns true when every event was delivered
 */
export async function reportDeliveries(
  webhook: Webhook | undefined,
  { exit }: Pick<Options, "exit">,
  { note }: Terminal,
): Promise<boolean> {
  if (!webhook) return true;
  if (exit) await webhook.drained();
  const deliveries = webhook.deliveries();
  const { delivered, undelivered, waiting } = deliveries;
  if (delivered + undelivered + waiting > 0) note(toDeliveryLine(deliveries));
  return undelivered + waiting === 0;
}
