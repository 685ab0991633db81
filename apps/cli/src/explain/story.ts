import { OutputFormat } from "@image-pipeline/schema/manifest";
import * as z from "zod";

/** The states of an image, as `explain` finds it. */
export const STATES = [
  "processed",
  "waiting",
  "in flight",
  "rejected",
  "superseded",
  "deleted",
  "quarantined",
  "dead letter",
  "never notified",
  "expired",
  "ignored",
  "unknown key",
  "unclear",
] as const;
export type State = (typeof STATES)[number];

const Time = z.iso.datetime();

/** One event in the life of an image. */
export const StoryEvent = z.object({
  time: Time.nullable(),
  kind: z.enum([
    "upload",
    "delete",
    "published",
    "received",
    "done",
    "failed",
    "killed",
    "manifest",
    "analysis",
    "step",
    "webhook",
    "dead letter",
    "log",
  ]),
  text: z.string(),
  function: z.string().nullable(),
  outcome: z.string().nullable().describe("the decision, such as process, stale or duplicate"),
  reason: z.string().nullable().describe("an error code or the reason of a rejection"),
  milliseconds: z.number().nullable(),
  correlationId: z.string().nullable(),
  messageId: z.string().nullable(),
  receiveCount: z.int().nullable(),
  nextReceiveAt: Time.nullable().describe("when its message becomes visible again"),
  webhook: z
    .object({
      endpoint: z.string().nullable().describe("the receiver's address without its path"),
      status: z.int().nullable().describe("the HTTP status of its answer; null if there was none"),
      attempt: z.int(),
      answer: z.string().nullable().describe("the beginning of its answer to a failed delivery"),
      retryInSeconds: z.number().nullable(),
    })
    .nullable()
    .describe("an attempt to deliver a result event"),
  execution: z.string().nullable().describe("the ARN of the workflow's execution"),
});
export type StoryEvent = z.infer<typeof StoryEvent>;

const Unread = z.object({ what: z.string(), why: z.string() });
export type Unread = z.infer<typeof Unread>;

/** One upload of the key, or its delete marker. */
export const SourceVersion = z.object({
  versionId: z.string().nullable(),
  eTag: z.string().nullable().describe("null for a delete marker"),
  bytes: z.int().nullable(),
  at: Time,
  isLatest: z.boolean(),
});
export type SourceVersion = z.infer<typeof SourceVersion>;

/** A message about the image in a queue that is not a dead-letter queue. */
export const QueuedMessage = z.object({
  queue: z.string(),
  messageId: z.string(),
  state: z.enum(["waiting", "delayed", "in flight"]),
  sentAt: Time,
  receiveCount: z.int().nullable(),
  nextReceiveAt: Time.nullable(),
});
export type QueuedMessage = z.infer<typeof QueuedMessage>;

export const LetterOfImage = z.object({
  queue: z.string(),
  messageId: z.string(),
  reason: z.string(),
  text: z.string(),
  sentAt: Time,
});
export type LetterOfImage = z.infer<typeof LetterOfImage>;

/** Everything about one image: the answer of `explain --json`. */
export const Story = z.object({
  key: z.string(),
  imageId: z.string(),
  state: z.enum(STATES),
  verdict: z.string().describe("the state in a sentence"),
  uploads: z.array(SourceVersion).describe("newest first"),
  timeline: z.array(StoryEvent).describe("newest last"),
  manifests: z
    .array(
      z.object({
        versionId: z.string().nullable(),
        updatedAt: Time.nullable(),
        status: z.enum(["processed", "rejected", "deleted", "unreadable"]),
        reason: z.string().nullable(),
        sourceETag: z.string().nullable(),
        renditions: z.int(),
      }),
    )
    .describe("newest first"),
  renditions: z.array(
    z.object({
      preset: z.string(),
      format: OutputFormat,
      key: z.string(),
      width: z.int(),
      height: z.int(),
      bytes: z.int(),
    }),
  ),
  renderMilliseconds: z.number().nullable().describe("of all renditions together"),
  analysis: z
    .object({ status: z.string(), verdict: z.string().nullable(), rules: z.array(z.string()) })
    .nullable(),
  messages: z.array(QueuedMessage),
  deadLetters: z.array(LetterOfImage),
  check: z
    .array(z.string())
    .nullable()
    .describe("the problems that check would report; null if it could not run"),
  logs: z.object({ from: Time, bytesScanned: z.int().nullable(), usd: z.number().nullable() }),
  unread: z.array(Unread).describe("sources that could not be read"),
  nearKeys: z.array(z.string()),
  next: z.string().nullable().describe("a command"),
});
export type Story = z.infer<typeof Story>;
