import { describe, expect, it } from "vitest";
import { DELIVERY_POLICY, type DeliveryPolicy, deliverEvent } from "../../src/webhook/deliver-event.ts";
import { answer, closedPort, receiver } from "./receiver.ts";

const EVENT = { id: "abc", body: '{"id":"abc","type":"image.processed","subject":"a.jpg"}' };
const QUICK: DeliveryPolicy = { ...DELIVERY_POLICY, attempts: 3, firstDelayMilliseconds: 1 };
const OTHER = new AbortController().signal;

const deliver = (url: string, policy: Partial<DeliveryPolicy> = {}, signal = OTHER) =>
  deliverEvent(EVENT, { url, policy: { ...QUICK, ...policy }, signal });

describe("a delivery", () => {
  it("posts the event as it is, in CloudEvents' structured mode, under its id", async () => {
    const { url, received } = await receiver([answer(204)]);
    expect(await deliver(url)).toMatchObject({ isDelivered: true });
    expect(received).toMatchObject([
      {
        method: "POST",
        body: EVENT.body,
        headers: {
          "content-type": "application/cloudevents+json; charset=utf-8",
          "webhook-id": "abc",
          "webhook-attempt": "1",
        },
      },
    ]);
  });

  it.each([408, 429, 500, 503, 599])("is tried again after %i, and counts its attempts", async (status) => {
    const { url, received } = await receiver([answer(status), answer(status), answer(200)]);
    expect(await deliver(url)).toMatchObject({ isDelivered: true });
    expect(received.map(({ headers }) => headers["webhook-attempt"])).toEqual(["1", "2", "3"]);
    expect(new Set(received.map(({ body }) => body))).toEqual(new Set([EVENT.body]));
  });

  it.each([400, 401, 404, 410, 413])("is not tried again after %i", async (status) => {
    const { url, received } = await receiver([answer(status)]);
    expect(await deliver(url)).toEqual({
      isDelivered: false,
      why: `it answered ${status} (1 of 3 attempts)`,
    });
    expect(received).toHaveLength(1);
  });

  it("follows no redirect, as what follows one may forget the body", async () => {
    const elsewhere = await receiver([answer(200)]);
    const { url } = await receiver([answer(302, { location: elsewhere.url })]);
    expect(await deliver(url)).toEqual({ isDelivered: false, why: "it answered 302 (1 of 3 attempts)" });
    expect(elsewhere.received).toEqual([]);
  });

  it("reports each failed attempt that another one follows, when it fails", async () => {
    const { url } = await receiver([answer(503), answer(500), answer(410)]);
    const reasons: string[] = [];
    const onRetry = (why: string) => void reasons.push(why);
    await deliverEvent(EVENT, { url, policy: QUICK, signal: OTHER, onRetry });
    expect(reasons).toEqual(["it answered 503", "it answered 500"]);
  });

  it("is given up when every attempt has failed", async () => {
    const { url, received } = await receiver([answer(500)]);
    expect(await deliver(url)).toEqual({ isDelivered: false, why: "it answered 500 (3 of 3 attempts)" });
    expect(received).toHaveLength(3);
  });

  it("waits for no answer longer than its time, and is tried again", async () => {
    const { url, received } = await receiver([() => {}, answer(200)]);
    expect(await deliver(url, { timeoutMilliseconds: 100 })).toMatchObject({ isDelivered: true });
    expect(received).toHaveLength(2);
    const hanging = await receiver([() => {}]);
    expect(await deliver(hanging.url, { timeoutMilliseconds: 50, attempts: 2 })).toEqual({
      isDelivered: false,
      why: "it did not answer in time (2 of 2 attempts)",
    });
  });

  it("says what the network said of a receiver that is down", async () => {
    expect(await deliver(await closedPort())).toEqual({
      isDelivered: false,
      why: expect.stringMatching(
        /^it was not reached: connect ECONNREFUSED 127\.0\.0\.1:\d+ \(3 of 3 attempts\)$/,
      ),
    });
  });

  it("heeds Retry-After, as far as the policy lets it", async () => {
    const start = performance.now();
    const { url } = await receiver([answer(429, { "retry-after": "3600" }), answer(200)]);
    expect(await deliver(url, { maximumRetryAfterMilliseconds: 300 })).toMatchObject({ isDelivered: true });
    expect(performance.now() - start).toBeGreaterThanOrEqual(290);
  });

  it("is cut off by the signal, also between two attempts, and nothing is said of it then", async () => {
    const stopping = new AbortController();
    const { url, received } = await receiver([answer(500)]);
    const delivery = deliver(url, { firstDelayMilliseconds: 3_600_000 }, stopping.signal);
    await expect.poll(() => received.length).toBe(1);
    stopping.abort();
    await expect(delivery).rejects.toThrow(/abort/i);
  });
});
