// ky: retries with jitter, Retry-After and a limit of time for each attempt, over Node's own fetch and without dependencies.
import ky, { HTTPError, NetworkError, TimeoutError } from "ky";

/** How long a delivery is tried. */
export interface DeliveryPolicy {
  attempts: number;
  /** For the receiver to answer one attempt. */
  timeoutMilliseconds: number;
  /** Before the second attempt; twice as long before each further one, and less by a random part of a half. */
  firstDelayMilliseconds: number;
  /** The longest that a receiver is heeded which says by `Retry-After` when to come again. */
  maximumRetryAfterMilliseconds: number;
}

/** Half a minute in all for a receiver that restarts; a minute and a half for one that hangs. */
export const DELIVERY_POLICY: DeliveryPolicy = {
  attempts: 6,
  timeoutMilliseconds: 10_000,
  firstDelayMilliseconds: 1000,
  maximumRetryAfterMilliseconds: 30_000,
};

/** A result event as it is on the topic: the body as it was sent, and what messages about it name. */
export interface OutgoingEvent {
  id: string;
  body: string;
}

export interface DeliveryOptions {
  url: string;
  policy: DeliveryPolicy;
  signal: AbortSignal;
  /** Called when an attempt has failed and another one follows, with the reason. */
  onRetry?: (why: string) => void;
}

export type Delivery = { isDelivered: true; attempts: number } | { isDelivered: false; why: string };

/** What may pass by itself: a time-out, too many requests, and every fault of the receiver's own. */
const TRANSIENT = [408, 429, ...Array.from({ length: 100 }, (_, index) => 500 + index)];

/**
 * Sends one event in CloudEvents' structured mode (github.com/cloudevents/spec, http-protocol-binding.md) until the
 * receiver answers with 2xx, or finally does not. A redirect is no 2xx: what follows one may forget the body.
 *
 * @throws when the signal aborts: nothing is known of the delivery then
 */
export async function deliverEvent(
  { id, body }: OutgoingEvent,
  { url, policy, signal, onRetry = () => {} }: DeliveryOptions,
): Promise<Delivery> {
  let attempts = 1;
  try {
    const response = await ky.post(url, {
      body,
      headers: {
        "content-type": "application/cloudevents+json; charset=utf-8",
        "webhook-id": id,
        "webhook-attempt": "1",
      },
      redirect: "manual",
      timeout: policy.timeoutMilliseconds,
      retry: toRetry(policy, ({ error }) => {
        if (!signal.aborted && isTransient(error)) onRetry(whyOf(error));
      }),
      signal,
      hooks: {
        beforeRetry: [
          ({ request, retryCount }) => {
            attempts = retryCount + 1;
            request.headers.set("webhook-attempt", String(attempts));
          },
        ],
      },
    });
    await response.body?.cancel();
    return { isDelivered: true, attempts };
  } catch (error) {
    signal.throwIfAborted();
    return { isDelivered: false, why: `${whyOf(error)} (${attempts} of ${policy.attempts} attempts)` };
  }
}

function isTransient(error: unknown): boolean {
  return !(error instanceof HTTPError) || TRANSIENT.includes(error.response.status);
}

/** @param shouldRetry is called after each attempt that another one may follow; ky itself decides */
function toRetry(
  { attempts, firstDelayMilliseconds, maximumRetryAfterMilliseconds }: DeliveryPolicy,
  shouldRetry: (state: { error: Error }) => undefined,
) {
  return {
    shouldRetry,
    limit: attempts - 1,
    methods: ["post" as const],
    statusCodes: TRANSIENT,
    afterStatusCodes: [429, 503],
    maxRetryAfter: maximumRetryAfterMilliseconds,
    retryOnTimeout: true,
    delay: (retry: number) => firstDelayMilliseconds * 2 ** (retry - 1),
    jitter: (delay: number) => delay * (0.5 + Math.random() / 2),
  };
}

function whyOf(error: unknown): string {
  if (error instanceof HTTPError) return `it answered ${error.response.status}`;
  if (error instanceof TimeoutError) return "it did not answer in time";
  if (error instanceof NetworkError) return `it was not reached: ${rootOf(error)}`;
  return error instanceof Error ? error.message : String(error);
}

/** The innermost cause tells what the network said, such as `connect ECONNREFUSED 127.0.0.1:3000`. */
function rootOf(error: unknown): string {
  if (error instanceof AggregateError) return rootOf(error.errors[0]);
  if (error instanceof Error) return error.cause === undefined ? error.message : rootOf(error.cause);
  return String(error);
}
