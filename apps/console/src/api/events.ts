/** A result event, as far as the page knows its fields; it shows them all. */
export interface LiveEvent {
  id: string;
  type: string;
  time: string;
  /** The key of the image. */
  subject: string;
  data: object;
}

/** One attempt to deliver a result event to a webhook. */
export interface WebhookDelivery {
  time: string | null;
  /** The webhook's name in the config; `local` on this machine. */
  webhook: string;
  /** The event's id. */
  id: string;
  type: string;
  key: string;
  attempt: number;
  /** The receiver's address without its path. */
  endpoint: string | null;
  isDelivered: boolean;
  /** The HTTP status of the answer; null if there was none. */
  status: number | null;
  /** The cause of a failure. */
  why: string | null;
  /** The beginning of the answer to an attempt that failed. */
  answer: string | null;
  milliseconds: number | null;
  /** Null if no further attempt follows. */
  retryInSeconds: number | null;
}

export interface EventsApi {
  /** The published JSON Schema of a type of event. */
  "GET /api/events/schema": { query: { type: string }; answer: { schema: Record<string, unknown> } };
  /** Newest first; on AWS those of the last hour, by a search of the logs that has a price. */
  "GET /api/webhooks": { answer: { deliveries: WebhookDelivery[]; usd: number | null } };
  "POST /api/events/send-again": {
    body: { id: string; key: string; dryRun?: boolean };
    /** The filter of each subscriber decides if it gets the event. */
    answer: { topic: string; subscribers: string[] };
  };
}

export interface EventsChannels {
  /** Each result event as it comes. */
  events: LiveEvent;
}
