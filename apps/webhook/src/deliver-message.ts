import { type IdLogger, type Tools, toEvent, withImageIds } from "@image-pipeline/lambda-kit";
import type { SQSRecord } from "aws-lambda";
import { Webhook } from "standardwebhooks";
import * as z from "zod";
import type { Answer } from "./post.ts";
import { toRetrySeconds } from "./retry-delay.ts";
import type { ReadSecrets } from "./webhook-secrets.ts";

/** The fields of a result event that a delivery needs; all others are sent as they are. */
const OutgoingEvent = z.looseObject({
  id: z.string().min(1),
  type: z.string(),
  subject: z.string(),
  data: z.looseObject({ imageId: z.string(), correlationId: z.string() }),
});
type OutgoingEvent = z.infer<typeof OutgoingEvent>;

export interface DeliveryPorts {
  /** The receiver's address without its path, which may be a secret. */
  endpoint: string;
  post(body: string, headers: Record<string, string>): Promise<Answer>;
  secrets: ReadSecrets;
  /** Sets when a message that failed is received again. */
  delay(receiptHandle: string, seconds: number): Promise<void>;
  /** Seconds between the attempts; after the last one SQS moves the message to the DLQ. */
  schedule: readonly number[];
  /** Remembers that the receiver answered 410. */
  gone: GoneReceiver;
  logger: Pick<Tools["logger"], "info" | "warn" | "error"> & IdLogger;
  now(): number;
}

/** A receiver that answered 410 gets no request for an hour: its messages go to the DLQ. */
export interface GoneReceiver {
  until: number;
}
const GONE_MILLISECONDS = 60 * 60_000;
const GONE = 410;

/** An attempt that failed. */
interface Failure {
  why: string;
  status?: number;
  answer?: string;
  retryAfterSeconds?: number | undefined;
  /** True if no further attempt is of use. */
  isFinal?: boolean;
}

/**
 * Delivers the event of one message.
 *
 * @throws {Error} when it failed: the message is received again after the delay that was set, and goes to the DLQ in the end
 */
export function deliverMessage(record: SQSRecord, ports: DeliveryPorts): Promise<void> {
  return withImageIds(ports.logger, record, () => deliver(record, ports));
}

async function deliver(record: SQSRecord, ports: DeliveryPorts): Promise<void> {
  const attempt = Number(record.attributes.ApproximateReceiveCount);
  const event = parse(record, ports);
  const { id, type } = event;
  const startedAt = ports.now();
  const result = await attemptTo(event, attempt, ports);
  const { endpoint } = ports;
  const fields = { id, type, attempt, endpoint, milliseconds: ports.now() - startedAt };
  if (!("why" in result)) {
    ports.logger.info("delivered the event to the webhook", {
      ...fields,
      decision: "WEBHOOK_DELIVERED",
      status: result.status,
    });
    return;
  }
  const { isFinal: isHopeless = false, retryAfterSeconds, ...cause } = result;
  const attempts = ports.schedule.length + 1;
  const isFinal = isHopeless || attempt >= attempts;
  const retryInSeconds = isFinal
    ? 0
    : toRetrySeconds(ports.schedule, { attempt, retryAfterSeconds }, Math.random());
  const next = isFinal
    ? "the message goes to the dead-letter queue"
    : `the next attempt follows in ${retryInSeconds} s`;
  const line = `attempt ${attempt} of ${attempts} failed with WEBHOOK_FAILED: ${cause.why}; ${next}`;
  ports.logger[isFinal ? "error" : "warn"](line, {
    ...fields,
    code: "WEBHOOK_FAILED",
    ...cause,
    attempts,
    isFinal,
    ...(!isFinal && { retryInSeconds }),
  });
  await ports.delay(record.receiptHandle, retryInSeconds);
  throw new Error(cause.why);
}

function parse({ body, messageId }: SQSRecord, { logger }: Pick<DeliveryPorts, "logger">): OutgoingEvent {
  try {
    return toEvent(OutgoingEvent, "a result event", body);
  } catch (error) {
    logger.error("could not read a message; it is received again, and goes to the DLQ in the end", {
      error,
      messageId,
    });
    throw error;
  }
}

async function attemptTo(
  event: OutgoingEvent,
  attempt: number,
  ports: DeliveryPorts,
): Promise<Failure | { status: number }> {
  const { gone, now } = ports;
  if (now() < gone.until) return { why: `it answered ${GONE} before`, status: GONE, isFinal: true };
  try {
    const { body, headers } = await sign(event, ports);
    const answer = await ports.post(body, { ...headers, "webhook-attempt": String(attempt) });
    if (answer.status >= 200 && answer.status < 300) return { status: answer.status };
    if (answer.status === GONE) gone.until = now() + GONE_MILLISECONDS;
    return toFailure(answer);
  } catch (error) {
    return { why: toReason(error) };
  }
}

/** Signs an event after Standard Webhooks, with each secret: a receiver needs to know only one of them. */
async function sign(
  event: OutgoingEvent,
  { secrets, now }: Pick<DeliveryPorts, "secrets" | "now">,
): Promise<{ body: string; headers: Record<string, string> }> {
  const body = JSON.stringify(event);
  const at = new Date(now());
  const signatures = (await secrets()).map((secret) => new Webhook(secret).sign(event.id, at, body));
  return {
    body,
    headers: {
      "content-type": "application/cloudevents+json; charset=utf-8",
      "webhook-id": event.id,
      "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
      "webhook-signature": signatures.join(" "),
    },
  };
}

function toFailure({ status, text, retryAfterSeconds }: Answer): Failure {
  const isRedirect = status >= 300 && status < 400;
  const why = `it answered ${status}${isRedirect ? ": redirects are not followed" : ""}`;
  return { why, status, answer: text, retryAfterSeconds, isFinal: status === GONE };
}

/** Returns the network's own message, such as `connect ECONNREFUSED 127.0.0.1:3000`. */
function toReason(error: unknown): string {
  if (error instanceof AggregateError) return toReason(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return "it did not answer in time";
  return error.message;
}
