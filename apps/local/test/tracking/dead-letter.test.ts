import { imageUploaded, toMessageBody } from "@image-pipeline/schema/events";
import { describe, expect, it } from "vitest";
import { toDeadUploads } from "../../src/tracking/dead-letter.ts";
import { stuckMessageCheck } from "../../src/tracking/stuck-message-check.ts";
import { trackedUploads } from "../../src/tracking/tracked-uploads.ts";
import { resultOf } from "./result-factory.ts";

const SOURCE = {
  bucket: "uploads",
  key: "a b.jpg",
  eTag: "e",
  versionId: null,
  size: 1,
  sequencer: "050000000000000000",
};
const MESSAGE = toMessageBody(imageUploaded(SOURCE, { time: "2026-01-01T00:00:00.000Z" }));
const EVENT = { Records: [{ s3: { object: { key: "a+b%2B.jpg", sequencer: "060000000000000000" } } }] };

describe("toDeadUploads", () => {
  it("reads the image event of a queue", () => {
    expect(toDeadUploads(MESSAGE, "dlq")).toEqual([
      { key: "a b.jpg", sequencer: "050000000000000000", why: "its message is in dlq" },
    ]);
  });

  it("reads the result event of a queue", () => {
    const body = JSON.stringify(resultOf("processed", SOURCE.sequencer, "a b.jpg"));
    expect(toDeadUploads(body, "dlq")).toEqual([
      { key: "a b.jpg", sequencer: "050000000000000000", why: "its message is in dlq" },
    ]);
  });

  it("reads the record of a failed invocation, with its error", () => {
    const requestContext = { condition: "RetriesExhausted" };
    const responsePayload = { errorMessage: "no topic" };
    const body = JSON.stringify({ requestContext, requestPayload: EVENT, responsePayload });
    expect(toDeadUploads(body, "failures")).toEqual([
      { key: "a b+.jpg", sequencer: "060000000000000000", why: "its event is in failures: no topic" },
    ]);
  });

  it("reads a bare event", () => {
    expect(toDeadUploads(JSON.stringify(EVENT), "dead")).toMatchObject([
      { key: "a b+.jpg", sequencer: "060000000000000000" },
    ]);
  });

  it.each(["", "hello", "{}", "[]", "null"])("finds nothing in an unrecognised message: %j", (body) => {
    expect(toDeadUploads(body, "dlq")).toEqual([]);
  });
});

describe("the stuck-message check", () => {
  const counts = {
    work: { visible: 0, inFlight: 0, delayed: 0 },
    results: { visible: 0, inFlight: 0, delayed: 0 },
  };
  const services = (messages: { id: string; body: string }[], busy: Partial<typeof counts> = {}) => ({
    count: (queue: string) =>
      Object.entries({ ...counts, ...busy }).find(([name]) => name === queue)?.[1] ?? counts.work,
    peek: () => messages,
  });

  it("reports a message once with the recorded error, and none that was there before", async () => {
    const messages = [{ id: "0", body: MESSAGE }];
    const book = trackedUploads(() => {});
    const check = stuckMessageCheck({
      services: services(messages),
      uploads: book,
      workQueues: [],
      deadLetterQueues: ["dlq"],
      reasonOf: async (id) => (id === "1" ? "STORE_DENIED: no access" : null),
    });
    messages.push({ id: "1", body: MESSAGE });
    await check.collectLetters();
    await check.collectLetters();
    const why = "STORE_DENIED: no access (its message is in dlq)";
    expect(book.strayLetters()).toEqual([{ key: "a b.jpg", sequencer: "050000000000000000", why }]);
  });

  it.each([
    ["visible", { visible: 1, inFlight: 0, delayed: 0 }],
    ["in flight", { visible: 0, inFlight: 1, delayed: 0 }],
    ["delayed", { visible: 0, inFlight: 0, delayed: 1 }],
  ])("is not idle while a message is %s", (_state, results) => {
    const check = stuckMessageCheck({
      services: services([], { results }),
      uploads: trackedUploads(() => {}),
      workQueues: ["work", "results"],
      deadLetterQueues: [],
      reasonOf: async () => null,
    });
    expect(check.isIdle()).toBe(false);
  });

  it("finds an upload on its way while a queue contains a message about it, and not afterwards", () => {
    const messages = [{ id: "0", body: MESSAGE }];
    const check = stuckMessageCheck({
      services: services(messages),
      uploads: trackedUploads(() => {}),
      workQueues: ["work"],
      deadLetterQueues: [],
      reasonOf: async () => null,
    });
    const isOnItsWay = () =>
      ["050000000000000000", "07"].map((sequencer) => check.isOnItsWay({ sequencer: `"${sequencer}"` }));
    expect(isOnItsWay()).toEqual([true, false]);
    messages.pop();
    expect(isOnItsWay()).toEqual([false, false]);
  });

  it("is idle when every queue is empty", () => {
    const check = stuckMessageCheck({
      services: services([]),
      uploads: trackedUploads(() => {}),
      workQueues: ["work", "results"],
      deadLetterQueues: [],
      reasonOf: async () => null,
    });
    expect(check.isIdle()).toBe(true);
  });
});
