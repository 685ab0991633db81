import { verifyWebhook } from "@image-pipeline/client/server";
import { toResultEvent } from "@image-pipeline/schema/events";
import { aSource, processed, recordingLogger, sqsRecord } from "@image-pipeline/testing";
import { describe, expect, it } from "vitest";
import { type DeliveryPorts, deliverMessage } from "../src/deliver-message.ts";
import type { Answer } from "../src/post.ts";
import { toRetrySeconds } from "../src/retry-delay.ts";

const OLD = `whsec_${Buffer.from("an old secret of 24 bytes").toString("base64")}`;
const NEW = `whsec_${Buffer.from("a new secret of 24 bytes!").toString("base64")}`;
const event = toResultEvent(processed(aSource()), { bucket: "processed", key: "manifests/x.json" });

/** A receiver that gives these answers in turn, and what it got. */
function receiver(answers: readonly (Partial<Answer> | Error)[], secrets: readonly string[] = [NEW]) {
  const requests: { body: string; headers: Record<string, string> }[] = [];
  const delays: number[] = [];
  const logger = recordingLogger();
  const ports: DeliveryPorts = {
    endpoint: "https://example.com",
    async post(body, headers) {
      requests.push({ body, headers });
      const answer = answers[Math.min(requests.length, answers.length) - 1];
      if (answer instanceof Error) throw answer;
      return { status: 204, text: "", retryAfterSeconds: undefined, ...answer };
    },
    secrets: async () => secrets,
    delay: async (_, seconds) => void delays.push(seconds),
    schedule: [10, 100],
    gone: { until: 0 },
    logger,
    now: Date.now,
  };
  const deliver = (receiveCount = 1, body: unknown = event) =>
    deliverMessage(sqsRecord(JSON.stringify(body), { receiveCount }), ports).then(
      () => "delivered",
      (error: Error) => error.message,
    );
  return { requests, delays, lines: logger.lines, ports, deliver };
}

describe("a delivery", () => {
  it("is signed so that the client's verifyWebhook returns the event", async () => {
    const { requests, deliver } = receiver([{}]);
    expect(await deliver()).toBe("delivered");
    const [{ body = "", headers = {} } = {}] = requests;
    expect(verifyWebhook({ body, headers, secret: NEW })).toEqual(JSON.parse(JSON.stringify(event)));
    expect(headers).toMatchObject({
      "webhook-id": event.id,
      "webhook-attempt": "1",
      "content-type": "application/cloudevents+json; charset=utf-8",
    });
  });

  it("is accepted by receivers with the old and with the new secret while it is rotated, and by no other", async () => {
    const { requests, deliver } = receiver([{}], [NEW, OLD]);
    await deliver();
    const [{ body = "", headers = {} } = {}] = requests;
    for (const secret of [OLD, NEW]) expect(verifyWebhook({ body, headers, secret }).id).toBe(event.id);
    expect(headers["webhook-signature"]?.split(" ")).toHaveLength(2);
    const other = `whsec_${Buffer.from("another secret, 24 bytes").toString("base64")}`;
    expect(() => verifyWebhook({ body, headers, secret: other })).toThrow();
  });

  it("keeps the fields of events that a later version added", async () => {
    const { requests, deliver } = receiver([{}]);
    await deliver(1, { ...event, data: { ...event.data, later: 1 }, extension: "x" });
    expect(JSON.parse(requests[0]?.body ?? "")).toMatchObject({ data: { later: 1 }, extension: "x" });
  });

  it("leaves a log line with key, image id, correlation id, attempt and status", async () => {
    const { lines, deliver } = receiver([{}]);
    await deliver(2);
    expect(lines).toMatchObject([
      {
        level: "info",
        fields: {
          decision: "WEBHOOK_DELIVERED",
          key: event.subject,
          imageId: event.data.imageId,
          correlationId: event.data.correlationId,
          attempt: 2,
          status: 204,
        },
      },
    ]);
  });
});

describe("a failed delivery", () => {
  it.each([
    ["503", { status: 503 }, "it answered 503"],
    ["404, as during a deployment", { status: 404 }, "it answered 404"],
    ["a redirect, which is not followed", { status: 302 }, "it answered 302: redirects are not followed"],
    ["a broken connection", new Error("connect ECONNREFUSED"), "connect ECONNREFUSED"],
    ["a timeout", new DOMException("x", "TimeoutError"), "it did not answer in time"],
  ])("is repeated after %s", async (_, answer, why) => {
    const { delays, lines, deliver } = receiver([answer]);
    expect(await deliver()).toBe(why);
    expect(delays[0]).toBeGreaterThanOrEqual(8);
    expect(delays[0]).toBeLessThanOrEqual(12);
    expect(lines[0]).toMatchObject({ level: "warn", fields: { code: "WEBHOOK_FAILED", why, attempt: 1 } });
  });

  it("waits as long as Retry-After says, if that is longer", async () => {
    const { delays, deliver } = receiver([{ status: 429, retryAfterSeconds: 500 }]);
    await deliver();
    expect(delays).toEqual([500]);
  });

  it("is received again at once after the last attempt, which moves it to the DLQ", async () => {
    const { delays, lines, deliver } = receiver([{ status: 500 }]);
    await deliver(3);
    expect(delays).toEqual([0]);
    expect(lines[0]).toMatchObject({ level: "error", fields: { isFinal: true, attempts: 3 } });
    expect(lines[0]?.message).toContain("attempt 3 of 3 failed with WEBHOOK_FAILED");
  });

  it("stops at 410: no message is sent for an hour, and each goes to the DLQ", async () => {
    const { requests, delays, ports, deliver } = receiver([{ status: 410 }, {}]);
    await deliver();
    await deliver(2);
    expect([requests.length, delays]).toEqual([1, [0, 0]]);
    const later = Date.now() + 61 * 60_000;
    ports.now = () => later;
    expect(await deliver()).toBe("delivered");
  });

  it("sends nothing when the body is not a result event", async () => {
    const { requests, deliver } = receiver([{}]);
    expect(await deliver(1, { type: "x" })).toContain("not a result event");
    expect(requests).toEqual([]);
  });
});

describe("the time until the next attempt", () => {
  it("grows with the schedule, a fifth more or less", () => {
    const schedule = [5, 60, 300];
    expect([1, 2, 3].map((attempt) => toRetrySeconds(schedule, { attempt }, 0.5))).toEqual(schedule);
    expect([0, 1].map((random) => toRetrySeconds([100], { attempt: 1 }, random))).toEqual([80, 120]);
  });

  it("is at most what SQS can hide a message for", () => {
    expect(toRetrySeconds([5], { attempt: 1, retryAfterSeconds: 1e6 }, 0)).toBe(39_600);
  });
});
