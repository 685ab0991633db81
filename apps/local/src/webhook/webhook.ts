import { DeleteMessageCommand, type Message, type SQSClient } from "@aws-sdk/client-sqs";
import { z } from "zod";
import type { Clock } from "../clock.ts";
import { startPoller } from "../queues/poller.ts";
import { receiveBatch } from "../queues/receive.ts";
import type { LocalServices } from "../services/local-services.ts";
import { DELIVERY_POLICY, type DeliveryPolicy, deliverEvent } from "./deliver-event.ts";

/** The queue of the webhook's subscription to the results: undelivered events wait here and block nothing else. */
export const WEBHOOK_QUEUE = "local-runtime-webhook";

/** Deliveries at the same time. */
const CONCURRENCY = 8;
/** The wait for the last deliveries: longer than the longest delivery. */
const DRAIN_MILLISECONDS = 120_000;
const LOOK_MILLISECONDS = 100;

const EventHead = z.object({ id: z.string().min(1), type: z.string(), subject: z.string() });

export interface WebhookOptions {
  url: string;
  sqs: SQSClient;
  /** Of {@link WEBHOOK_QUEUE}. */
  queueUrl: string;
  services: Pick<LocalServices, "count">;
  clock: Clock;
  policy?: DeliveryPolicy;
  /** Prints one line for each delivery. */
  note(line: string): void;
  /** Prints one line for each failed attempt, and for each error of the runtime itself. */
  complain(line: string): void;
}

/** The counts of events so far. */
export interface Deliveries {
  delivered: number;
  undelivered: number;
  /** Not delivered yet. */
  waiting: number;
}

/** Delivers result events to a URL, each at least once, in any order. */
export interface Webhook {
  deliveries(): Deliveries;
  /** Resolves when no event waits any more, or after two minutes. */
  drained(): Promise<void>;
  /** Cancels running deliveries; the next run with the same data folder repeats them. */
  stop(): Promise<void>;
}

export function startWebhook(options: WebhookOptions): Webhook {
  const { url, sqs, queueUrl, services, clock, policy = DELIVERY_POLICY, note, complain } = options;
  const counts = { delivered: 0, undelivered: 0 };

  async function round(signal: AbortSignal): Promise<void> {
    const [message] = await receiveBatch({
      sqs,
      queueUrl,
      batchSize: 1,
      windowMilliseconds: 0,
      clock,
      signal,
    });
    if (!message) return;
    await deliver(message, signal);
    await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle }));
  }

  async function deliver({ Body: body = "" }: Message, signal: AbortSignal): Promise<void> {
    const head = toEventHead(body);
    if (!head) return complain(`webhook: skipped, not a CloudEvent: ${body.slice(0, 80)}`);
    const name = `webhook: ${head.type} of ${JSON.stringify(head.subject)}`;
    const onRetry = (why: string) => complain(`${name}: ${why}; another attempt follows`);
    const delivery = await deliverEvent({ id: head.id, body }, { url, policy, clock, signal, onRetry });
    counts[delivery.isDelivered ? "delivered" : "undelivered"]++;
    if (!delivery.isDelivered) complain(`${name} not delivered: ${delivery.why}`);
    else note(`${name} delivered${delivery.attempts > 1 ? ` at attempt ${delivery.attempts}` : ""}`);
  }

  function deliveries(): Deliveries {
    const { visible, inFlight, delayed } = services.count(WEBHOOK_QUEUE);
    return { ...counts, waiting: visible + inFlight + delayed };
  }
  const poller = startPoller(round, {
    concurrency: CONCURRENCY,
    clock,
    onError: (error) => complain(`webhook: ${error instanceof Error ? error.message : error}`),
  });
  return {
    deliveries,
    async drained() {
      const end = clock.now() + DRAIN_MILLISECONDS;
      while (deliveries().waiting > 0 && clock.now() < end) await clock.sleep(LOOK_MILLISECONDS);
    },
    stop: poller.stop,
  };
}

function toEventHead(body: string): z.infer<typeof EventHead> | undefined {
  try {
    return EventHead.parse(JSON.parse(body));
  } catch {
    return undefined;
  }
}
