import type { Clock } from "../clock.ts";

/** How long a delivery is tried. */
export interface DeliveryPolicy {
  attempts: number;
  /** For the receiver to answer one attempt. */
  timeoutMilliseconds: number;
  /** Before the second attempt; doubles before each further one, minus a random part of up to a half. */
  firstDelayMilliseconds: number;
  /** Limit for a receiver's `Retry-After`. */
  maximumRetryAfterMilliseconds: number;
}

/** Half a minute in total for a receiver that restarts; a minute and a half for one that hangs. */
export const DELIVERY_POLICY: DeliveryPolicy = {
  attempts: 6,
  timeoutMilliseconds: 10_000,
  firstDelayMilliseconds: 1000,
  maximumRetryAfterMilliseconds: 30_000,
};

/** A result event as it is on the topic: the id in it, and the body as it was sent. */
export interface OutgoingEvent {
  id: string;
  body: string;
}

export interface DeliverOptions {
  url: string;
  policy: DeliveryPolicy;
  clock: Clock;
  signal: AbortSignal;
  /** Called when an attempt has failed and another one follows, with the reason. */
  onRetry?(why: string): void;
}

export type Delivery = { isDelivered: true; attempts: number } | { isDelivered: false; why: string };

/** An attempt that failed; undefined `retryAfter` unless the receiver named a time, in milliseconds. */
interface Failure {
  why: string;
  isTransient: boolean;
  retryAfter?: number | undefined;
}

/**
 * Sends one event in CloudEvents' structured mode (github.com/cloudevents/spec, http-protocol-binding.md) until the
 * receiver answers with 2xx, or with an error that a further attempt does not change. A redirect is not followed: the
 * next request might lose the body.
 *
 * @throws when the signal aborts: it is unknown then if the event arrived
 */
export async function deliverEvent(event: OutgoingEvent, options: DeliverOptions): Promise<Delivery> {
  const { policy, clock, signal } = options;
  for (let attempt = 1; ; attempt++) {
    const failure = await send(event, attempt, options);
    if (!failure) return { isDelivered: true, attempts: attempt };
    signal.throwIfAborted();
    if (!failure.isTransient || attempt === policy.attempts)
      return { isDelivered: false, why: `${failure.why} (${attempt} of ${policy.attempts} attempts)` };
    options.onRetry?.(failure.why);
    await clock.sleep(delayAfter(attempt, failure, policy), signal);
    signal.throwIfAborted();
  }
}

async function send(
  { id, body }: OutgoingEvent,
  attempt: number,
  { url, policy, signal }: DeliverOptions,
): Promise<Failure | undefined> {
  try {
    const response = await fetch(url, {
      method: "POST",
      body,
      headers: {
        "content-type": "application/cloudevents+json; charset=utf-8",
        "webhook-id": id,
        "webhook-attempt": String(attempt),
      },
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(policy.timeoutMilliseconds)]),
    });
    await response.body?.cancel();
    return response.ok ? undefined : toFailure(response);
  } catch (error) {
    const isTimeout = error instanceof Error && error.name === "TimeoutError";
    return {
      why: isTimeout ? "it did not answer in time" : `it was not reached: ${rootOf(error)}`,
      isTransient: true,
    };
  }
}

/** Timeouts, too many requests and the receiver's own errors may pass; any other answer is final. */
function toFailure({ status, headers }: Response): Failure {
  const isTransient = status === 408 || status === 429 || status >= 500;
  const header = status === 429 || status === 503 ? headers.get("retry-after") : null;
  const seconds = Number(header ?? Number.NaN);
  const until = Number.isNaN(seconds) ? Date.parse(header ?? "") - Date.now() : seconds * 1000;
  return { why: `it answered ${status}`, isTransient, retryAfter: Number.isNaN(until) ? undefined : until };
}

function delayAfter(attempt: number, { retryAfter }: Failure, policy: DeliveryPolicy): number {
  if (retryAfter !== undefined)
    return Math.min(Math.max(0, retryAfter), policy.maximumRetryAfterMilliseconds);
  return policy.firstDelayMilliseconds * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
}

/** Returns the innermost cause, which is the network's own message, such as `connect ECONNREFUSED 127.0.0.1:3000`. */
function rootOf(error: unknown): string {
  if (error instanceof AggregateError) return rootOf(error.errors[0]);
  if (error instanceof Error) return error.cause === undefined ? error.message : rootOf(error.cause);
  return String(error);
}
