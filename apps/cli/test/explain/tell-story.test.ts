import { processed, rejected, tombstone } from "@image-pipeline/testing";
import { describe, expect, test } from "vitest";
import { tellStory } from "../../src/explain/tell-story.ts";
import { toLines } from "../../src/explain/to-lines.ts";
import type { Traces } from "../../src/explain/traces.ts";
import type { LogLine } from "../../src/logs/log-line.ts";
import {
  DELIVERED,
  FAILED,
  KEY,
  LETTER,
  NOT_DELIVERED,
  PUBLISHED,
  QUEUED,
  RENDERED,
  SOURCE,
  STARTED,
  STARTED_AGAIN,
  STEP,
  STOPPED,
  someTraces,
  UPLOAD_OF,
} from "./some-traces.ts";

const current = [{ versionId: null, manifest: processed(SOURCE) }];
const quarantine: NonNullable<Traces["analysis"]> = {
  schema: "image-analysis.v1",
  imageId: processed(SOURCE).imageId,
  correlationId: "request-1",
  updatedAt: "2026-01-05T12:00:05.000Z",
  status: "analyzed",
  source: SOURCE,
  recipe: "r",
  verdict: "quarantine",
  rules: [{ label: "Violence", minConfidence: 80, action: "quarantine", confidence: 97.3 }],
  models: {},
  timings: { analyzeMs: 5, totalMs: 6 },
};
const HELD = { ...QUEUED, state: "in flight" as const, nextReceiveAt: "2026-01-05T12:20:00.000Z" };
const DAYS_LATER = Date.parse("2026-01-12T12:00:00.000Z");

interface Case {
  state: string;
  verdict: RegExp;
  next: string | null;
  traces: Partial<Traces>;
  lines?: LogLine[];
  chosen?: string;
}

/** The states that look the same on this machine and on AWS. */
const EVERYWHERE: Case[] = [
  {
    state: "processed",
    verdict: /^processed: 1 rendition /,
    next: `npx pipeline check --all --prefix ${KEY}`,
    traces: { manifests: current },
    lines: [PUBLISHED, STARTED, RENDERED],
  },
  {
    state: "processed",
    verdict: /^processed, but missing rendition/,
    next: "npx pipeline check --repair",
    traces: { manifests: current, check: ["missing rendition renditions/x: gone"] },
  },
  {
    state: "rejected",
    verdict: /^rejected as \w+: /,
    next: "aws s3 cp FIXED_FILE",
    traces: { manifests: [{ versionId: null, manifest: rejected(SOURCE) }] },
  },
  {
    state: "superseded",
    verdict: /^this upload was replaced by the upload of /,
    next: `npx pipeline explain ${KEY}`,
    traces: { versions: [UPLOAD_OF("e2", true, 60), UPLOAD_OF("e1", false)], manifests: current },
    chosen: "e1",
  },
  {
    state: "deleted",
    verdict: /^the object was deleted/,
    next: "aws s3 cp FILE",
    traces: { versions: [], manifests: [{ versionId: null, manifest: tombstone(SOURCE) }] },
  },
  {
    state: "quarantined",
    verdict: /quarantined by its analysis \(Violence 97 %\)/,
    next: "aws s3 cp s3://",
    traces: { manifests: current, analysis: quarantine },
  },
  {
    state: "dead letter",
    verdict: /image-pipeline-local-renditions-dlq: STORE_DENIED, access denied$/,
    next: `npx pipeline dlq show ${KEY}`,
    traces: { deadLetters: [LETTER] },
    lines: [PUBLISHED, FAILED],
  },
  {
    state: "never notified",
    verdict: /^ingest never published it, 10m 0s after the upload/,
    next: "npx pipeline check --repair",
    traces: {},
  },
  {
    state: "expired",
    verdict: /^no queue has its message any more/,
    next: "npx pipeline check --repair",
    traces: { now: DAYS_LATER },
    lines: [PUBLISHED],
  },
  {
    state: "unknown key",
    verdict: /has no object with this key/,
    next: "npx pipeline explain photos/b.jpg",
    traces: { versions: [], nearKeys: ["photos/b.jpg"] },
  },
  {
    state: "ignored",
    verdict: /exclude this key$/,
    next: null,
    traces: { isProcessedKey: false },
  },
  {
    state: "unclear",
    verdict: /the logs, which say how far it came, cannot be read/,
    next: "npx pipeline check --prefix",
    traces: { unread: [{ what: "logs", why: "AccessDenied: the credentials lack this permission" }] },
  },
];

/** On this machine a queue shows its messages. */
const LOCALLY: Case[] = [
  {
    state: "waiting",
    verdict: /^still waiting: its message is in image-pipeline-local-renditions$/,
    next: "npx pipeline status",
    traces: { messages: [QUEUED] },
    lines: [PUBLISHED],
  },
  {
    state: "in flight",
    verdict:
      /^a function was stopped while it held its message, which stays invisible until 2026-01-05T12:20/,
    next: `npx pipeline explain ${KEY}`,
    traces: { messages: [HELD] },
    lines: [PUBLISHED, STARTED, STOPPED],
  },
];

/** On AWS only a consumer sees a queue's messages: the log lines say how far they came. */
const ON_AWS: Case[] = [
  {
    state: "waiting",
    verdict: /^still waiting: it was published 9m 59s ago/,
    next: "npx pipeline status --environment prod",
    traces: {},
    lines: [PUBLISHED],
  },
  {
    state: "waiting",
    verdict: /^still waiting: its last attempt failed/,
    next: "npx pipeline status --environment prod",
    traces: {},
    lines: [PUBLISHED, STARTED, FAILED],
  },
  {
    state: "in flight",
    verdict: /^a function holds its message, which stays invisible until 2026-01-05T13:00:02/,
    next: `npx pipeline explain ${KEY} --environment prod`,
    traces: {},
    lines: [PUBLISHED, STARTED, { ...RENDERED, function: "analyzer" }],
  },
];

describe.each([
  ["local" as const, [...EVERYWHERE, ...LOCALLY]],
  ["aws" as const, [...EVERYWHERE, ...ON_AWS]],
])("on %s", (where, cases) => {
  test.each(cases)(
    "tells that an image is $state: $verdict",
    ({ state, verdict, next, traces, lines, chosen }) => {
      const story = tellStory(someTraces(where, traces, lines), chosen);
      expect(story.state).toBe(state);
      expect(story.verdict).toMatch(verdict);
      if (next === null) expect(story.next).toBeNull();
      else expect(story.next?.startsWith(next)).toBe(true);
      expect(
        story.next?.includes("npx pipeline") && where === "aws" ? story.next : "--environment prod",
      ).toContain("--environment prod");
    },
  );
});

test("tells the events in their order, newest last, with the time of the next receive", () => {
  const { timeline } = tellStory(someTraces("local", { messages: [HELD] }, [PUBLISHED, STARTED, STOPPED]));
  expect(timeline.map(({ kind, nextReceiveAt }) => [kind, nextReceiveAt])).toEqual([
    ["upload", null],
    ["published", null],
    ["received", null],
    ["killed", HELD.nextReceiveAt],
  ]);
  expect(timeline.at(-1)).toMatchObject({ correlationId: "request-1", messageId: "m-1", receiveCount: 1 });
});

test("tells each delivery to a webhook with its endpoint, status, attempt and delay", () => {
  const story = tellStory(someTraces("aws", { manifests: current }, [NOT_DELIVERED, DELIVERED]));
  const deliveries = story.timeline.filter(({ kind }) => kind === "webhook");
  expect(deliveries).toMatchObject([
    {
      reason: "WEBHOOK_FAILED",
      milliseconds: 30,
      webhook: {
        endpoint: "https://shop.example",
        status: 503,
        attempt: 1,
        answer: "try later",
        retryInSeconds: 5,
      },
    },
    { milliseconds: 12, webhook: { status: 204, attempt: 2, answer: null, retryInSeconds: null } },
  ]);
  expect(toLines(story).join("\n")).toContain("(https://shop.example, attempt 2, status 204, 12 ms)");
});

test("tells the steps of the workflow's execution with their times and errors", () => {
  const story = tellStory(someTraces("aws", {}, [PUBLISHED, STEP]));
  expect(story).toMatchObject({ state: "waiting", verdict: expect.stringContaining("Render failed") });
  expect(story.timeline.filter(({ kind }) => kind === "step")).toMatchObject([
    {
      function: "workflow",
      reason: "STORE_UNAVAILABLE",
      milliseconds: 900,
      execution: STEP.fields.execution,
    },
  ]);
});

test("tells of an attempt that was followed by another without an end: its function was killed", () => {
  const kindsOf = (lines: LogLine[]) =>
    tellStory(someTraces("aws", {}, lines)).timeline.map(({ kind }) => kind);
  expect(kindsOf([STARTED, STARTED_AGAIN])).toEqual(["upload", "received", "killed", "received"]);
  expect(kindsOf([STARTED, FAILED, STARTED_AGAIN])).toEqual(["upload", "received", "failed", "received"]);
});

test("ends the text with the next command, and names the price of the search and everything unread", () => {
  const unread = [{ what: "analysis", why: "AccessDenied: the credentials lack this permission" }];
  const lines = toLines(tellStory(someTraces("aws", { unread }, [PUBLISHED, STARTED])));
  expect(lines[0]).toBe("photos/a.jpg: in flight");
  expect(lines).toContain("  analysis: AccessDenied: the credentials lack this permission");
  expect(lines.at(-3)).toMatch(/^logs since .* were searched: 2\.0 GB for \$0\.0100$/);
  expect(lines.at(-1)).toBe("next: npx pipeline explain photos/a.jpg --environment prod");
});

test("quotes a key for the shell in the next command", () => {
  const story = tellStory(someTraces("local", { key: "it's $(here).jpg" }));
  expect(story.next).toContain(`'it'\\''s $(here).jpg'`);
});
