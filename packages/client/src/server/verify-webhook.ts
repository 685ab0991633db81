import { Webhook } from "standardwebhooks";
import type { ResultEvent } from "../shapes.ts";

export interface WebhookRequest {
  /** The body as it came, before any parsing: the signature is of these bytes. */
  body: string | Uint8Array;
  /** The request's headers: `Headers`, or those of a request of Node.js. */
  headers: Headers | Readonly<Record<string, string | string[] | undefined>>;
  /** The secret, `whsec_…`. While it is rotated, the old one and the new one. */
  secret: string | readonly string[];
}

/**
 * Checks the signature and the age of a webhook (standardwebhooks.com) and returns its event. An event may come twice: remember
 * its `id`, or make your handler idempotent.
 *
 * @throws {Error} when no secret matches, a header is missing, or the timestamp is more than five minutes off: answer with 401
 */
export function verifyWebhook({ body, headers, secret }: WebhookRequest): ResultEvent {
  const text = typeof body === "string" ? body : new TextDecoder().decode(body);
  const plain = toPlain(headers);
  let failure: unknown = new Error("no secret to verify the webhook with");
  for (const each of [secret].flat()) {
    try {
      const event: unknown = new Webhook(each).verify(text, plain);
      if (isResultEvent(event)) return event;
      throw new Error("the webhook is signed, but its body is not an event of the pipeline");
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

function toPlain(headers: WebhookRequest["headers"]): Record<string, string> {
  const entries = headers instanceof Headers ? [...headers] : Object.entries(headers);
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), String(value)]));
}

/** The types of new events begin with `image.` too: ignore those that you do not know. */
function isResultEvent(event: unknown): event is ResultEvent {
  return (
    typeof event === "object" &&
    event !== null &&
    "type" in event &&
    typeof event.type === "string" &&
    event.type.startsWith("image.")
  );
}
