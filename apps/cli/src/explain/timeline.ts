import type { Manifest } from "@image-pipeline/schema/manifest";
import * as z from "zod";
import type { LogLine } from "../logs/log-line.ts";
import type { StoryEvent } from "./story.ts";
import type { Traces } from "./traces.ts";

const NOTHING = {
  function: null,
  outcome: null,
  reason: null,
  milliseconds: null,
  correlationId: null,
  messageId: null,
  receiveCount: null,
  nextReceiveAt: null,
  webhook: null,
  execution: null,
} as const;

const Fields = z.object({
  decision: z.string().nullable().catch(null),
  code: z.string().nullable().catch(null),
  correlationId: z.string().nullable().catch(null),
  messageId: z.string().nullable().catch(null),
  receiveCount: z.int().nullable().catch(null),
  milliseconds: z.number().nullable().catch(null),
  execution: z.string().nullable().catch(null),
});

/** The fields of the webhook's log lines. */
const Delivery = z.object({
  endpoint: z.string().nullable().catch(null),
  status: z.int().nullable().catch(null),
  attempt: z.int(),
  answer: z.string().nullable().catch(null),
  retryInSeconds: z.number().nullable().catch(null),
});

/** Puts everything that has a time into its order, newest last. */
export function toTimeline(traces: Traces): StoryEvent[] {
  const events = [
    ...traces.versions.map(toUpload),
    ...withUnanswered(traces.logs.lines.map((line) => fromLine(line, traces))),
    ...traces.manifests.flatMap(({ manifest }) =>
      manifest === "unreadable" ? [] : [fromManifest(manifest)],
    ),
    ...fromAnalysis(traces),
    ...traces.deadLetters.map((letter): StoryEvent => {
      const text = `its message, sent then, is in ${letter.queue}: ${letter.text}`;
      const { sentAt: time, reason, messageId } = letter;
      return { ...NOTHING, time, kind: "dead letter", text, reason, messageId };
    }),
  ];
  return events
    .map((event, index) => ({ event, index }))
    .sort((a, b) => (a.event.time ?? "").localeCompare(b.event.time ?? "") || a.index - b.index)
    .map(({ event }) => event);
}

function toUpload({ eTag, bytes, versionId, at }: Traces["versions"][number]): StoryEvent {
  const version = versionId === null ? "" : `, version ${versionId}`;
  if (eTag === null) return { ...NOTHING, time: at, kind: "delete", text: `deleted${version}` };
  return {
    ...NOTHING,
    time: at,
    kind: "upload",
    text: `uploaded ${bytes ?? 0} bytes, eTag ${eTag}${version}`,
  };
}

function fromLine(line: LogLine, { messages }: Traces): StoryEvent {
  const { decision, code, ...ids } = Fields.parse(line.fields);
  const queued = messages.find(({ messageId }) => messageId === ids.messageId);
  const kind = kindOf(line);
  return {
    ...NOTHING,
    ...ids,
    time: line.time,
    kind,
    text: line.message,
    function: line.function,
    outcome: decision,
    reason: code,
    nextReceiveAt: kind === "failed" || kind === "killed" ? (queued?.nextReceiveAt ?? null) : null,
    webhook: kind === "webhook" ? Delivery.parse(line.fields) : null,
  };
}

const ENDINGS = ["done", "failed", "killed"];

/**
 * Adds an event for each attempt that was followed by another, but has no end: its function was killed, or it crashed. A local
 * runtime logs that itself; on AWS nothing else says which message a killed function held.
 */
function withUnanswered(events: readonly StoryEvent[]): StoryEvent[] {
  const isOf = (one: StoryEvent, { function: name, messageId }: StoryEvent) =>
    one.function === name && one.messageId === messageId && messageId !== null;
  return events.flatMap((event, index) => {
    if (event.kind !== "received") return [event];
    const later = events.slice(index + 1).filter((one) => isOf(one, event));
    const next = later.findIndex(({ kind }) => kind === "received");
    const hasEnded = later.slice(0, next).some(({ kind }) => ENDINGS.includes(kind));
    return next < 0 || hasEnded ? [event] : [event, { ...event, kind: "killed", text: UNANSWERED }];
  });
}

const UNANSWERED =
  "this attempt ended without an answer: the function was killed for its time or memory, or it crashed";

/** The kind of a log line, by the fields and texts of the functions' log lines. */
export function kindOf({ message, fields }: Pick<LogLine, "message" | "fields">): StoryEvent["kind"] {
  if (message.startsWith("published an ")) return "published";
  if (isDelivery(fields)) return "webhook";
  if (typeof fields.state !== "undefined") return "step";
  if (/^started (work on a message|a task of the workflow)/.test(message)) return "received";
  if (message.startsWith("the function was stopped while it held a message")) return "killed";
  if (/^(attempt \d+ of \d+ failed|the task failed|could not publish all events)/.test(message))
    return "failed";
  return typeof fields.decision === "string" ? "done" : "log";
}

function isDelivery(fields: LogLine["fields"]): boolean {
  const isOfWebhook = fields.decision === "WEBHOOK_DELIVERED" || fields.code === "WEBHOOK_FAILED";
  return isOfWebhook && typeof fields.attempt === "number";
}

function fromManifest(manifest: Manifest): StoryEvent {
  const { updatedAt: time, correlationId } = manifest;
  const base = { ...NOTHING, time, kind: "manifest" as const, correlationId, outcome: manifest.status };
  if (manifest.status === "deleted") return { ...base, text: "wrote the manifest: deleted" };
  const milliseconds = manifest.timings.totalMs;
  if (manifest.status === "rejected")
    return {
      ...base,
      milliseconds,
      reason: manifest.reason,
      text: `wrote the manifest: rejected, ${manifest.reasonText}`,
    };
  const bytes = manifest.renditions.reduce((sum, rendition) => sum + rendition.bytes, 0);
  return {
    ...base,
    milliseconds,
    text: `wrote the manifest: ${manifest.renditions.length} renditions, ${bytes} bytes`,
  };
}

function fromAnalysis({ analysis }: Traces): StoryEvent[] {
  if (analysis === null) return [];
  const { updatedAt: time, correlationId, status } = analysis;
  const base = { ...NOTHING, time, kind: "analysis" as const, correlationId };
  if (analysis.status === "analyzed")
    return [
      {
        ...base,
        outcome: analysis.verdict,
        milliseconds: analysis.timings.totalMs,
        text: `analysed: ${analysis.verdict}`,
      },
    ];
  if (analysis.status === "rejected")
    return [
      { ...base, outcome: status, reason: analysis.reason, text: `not analysed: ${analysis.reasonText}` },
    ];
  return [{ ...base, outcome: status, text: "the analysis was deleted" }];
}
