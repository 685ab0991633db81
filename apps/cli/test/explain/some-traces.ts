import { aSource, PROCESSED, UPLOADS } from "@image-pipeline/testing";
import type { Traces } from "../../src/explain/traces.ts";
import type { LogLine } from "../../src/logs/log-line.ts";

export const KEY = "photos/a.jpg";
export const UPLOADED_AT = "2026-01-05T12:00:00.000Z";
export const SOURCE = aSource({ key: KEY, eTag: "e1", size: 1000 });
const after = (seconds: number) => new Date(Date.parse(UPLOADED_AT) + seconds * 1000).toISOString();

/** Lines that the functions log, so many seconds after the upload. */
const about = { key: KEY, imageId: "i", correlationId: "request-1" };
const lineOf = (
  seconds: number,
  name: string,
  message: string,
  fields: Record<string, unknown> = {},
): LogLine => ({
  time: after(seconds),
  function: name,
  level: "INFO",
  message,
  fields: { ...about, ...fields },
});
const held = { messageId: "m-1", receiveCount: 1 };
export const PUBLISHED = lineOf(
  1,
  "ingest",
  "published an image.uploaded event for the subscribers of the pipeline",
);
export const STARTED = lineOf(2, "worker", "started work on a message", held);
export const RENDERED = lineOf(
  3,
  "worker",
  "rendered the upload, wrote its manifest and sent the result event",
  {
    ...held,
    decision: "process",
  },
);
export const STOPPED = lineOf(
  5,
  "worker",
  "the function was stopped while it held a message: signal: SIGKILL",
  held,
);
export const FAILED = lineOf(
  4,
  "worker",
  "attempt 1 of 5 failed with STORE_UNAVAILABLE: the message returns",
  {
    ...held,
    code: "STORE_UNAVAILABLE",
  },
);

export const STARTED_AGAIN = lineOf(9, "worker", "started work on a message", { ...held, receiveCount: 2 });
export const DELIVERED = lineOf(10, "webhook-shop", "delivered the event to the webhook", {
  decision: "WEBHOOK_DELIVERED",
  endpoint: "https://shop.example",
  attempt: 2,
  status: 204,
  milliseconds: 12,
});
export const NOT_DELIVERED = lineOf(
  8,
  "webhook-shop",
  "attempt 1 of 9 failed with WEBHOOK_FAILED: it answered 503",
  {
    code: "WEBHOOK_FAILED",
    endpoint: "https://shop.example",
    attempt: 1,
    status: 503,
    answer: "try later",
    retryInSeconds: 5,
    milliseconds: 30,
  },
);
export const STEP = lineOf(3, "workflow", "Render failed with STORE_UNAVAILABLE", {
  execution: "arn:aws:states:us-east-1:1:execution:w:x",
  state: "Render",
  code: "STORE_UNAVAILABLE",
  milliseconds: 900,
});

/** A message of the image in the worker's queue. */
export const QUEUED = {
  queue: "image-pipeline-local-renditions",
  messageId: "m-1",
  state: "waiting" as const,
  sentAt: after(1),
  receiveCount: 0,
  nextReceiveAt: null,
};
export const LETTER = {
  queue: "image-pipeline-local-renditions-dlq",
  messageId: "m-1",
  reason: "STORE_DENIED",
  text: "access denied",
  sentAt: after(1),
};
export const UPLOAD_OF = (eTag: string | null, isLatest = true, seconds = 0) => ({
  versionId: null,
  eTag,
  bytes: eTag === null ? null : 1000,
  at: after(seconds),
  isLatest,
});

/** The traces of an upload ten minutes ago of which nothing else is known, on this machine or on AWS. */
export function someTraces(
  where: "local" | "aws",
  fields: Partial<Traces> = {},
  lines: LogLine[] = [],
): Traces {
  const now = Date.parse(after(600));
  return {
    bucket: UPLOADS,
    processedBucket: PROCESSED,
    key: KEY,
    now,
    target: where === "aws" ? "--environment prod" : "",
    isProcessedKey: true,
    isGenerated: false,
    versions: [UPLOAD_OF("e1")],
    manifests: [],
    analysis: null,
    logs: {
      lines,
      from: Date.parse(UPLOADED_AT) - 300_000,
      bytesScanned: where === "aws" ? 2e9 : null,
      usd: where === "aws" ? 0.01 : null,
    },
    messages: [],
    messagesAreComplete: where === "local",
    deadLetters: [],
    retentionSeconds: 4 * 24 * 3600,
    visibilitySeconds: 3600,
    check: [],
    unread: [],
    nearKeys: [],
    ...fields,
  };
}
