import { describe, expect, it } from "vitest";
import { DELIVERY_POLICY, type DeliveryPolicy, deliverEvent } from "../../src/webhook/deliver-event.ts";
import { answer, closedPort, receiver } from "./receiver.ts";

const EVENT = { id: "abc", body: '{"id":"abc","type":"image.processed","subject":"a.jpg"}' };
const OTHER = new AbortController().signal;

interface Options extends Partial<DeliveryPolicy> {
  onRetry?: (why: string) => void;
}

/** Delivers without a wait between attempts. @param waits takes the waits that there would have been */
const deliver = (url: string, { onRetry, ...policy }: Options = {}, waits: number[] = []) =>
  deliverEvent(EVENT, {
    url,
    policy: { ...DELIVERY_POLICY, attempts: 3, ...policy },
    clock: { now: Date.now, sleep: async (milliseconds) => void waits.push(milliseconds) },
    signal: OTHER,
    ...(onRetry && { onRetry }),
  });

describe("deliverEvent", () => {
  it("posts the unchanged event in CloudEvents' structured mode, with its id", async () => {
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

  it.each([408, 429, 500, 503, 599])(
    "tries again after status %i and counts its attempts",
    async (status) => {
      const { url, received } = await receiver([answer(status), answer(status), answer(200)]);
      expect(await deliver(url)).toEqual({ isDelivered: true, attempts: 3 });
      expect(received.map(({ headers }) => headers["webhook-attempt"])).toEqual(["1", "2", "3"]);
      expect(new Set(received.map(({ body }) => body))).toEqual(new Set([EVENT.body]));
    },
  );

  it.each([400, 401, 404, 410, 413])("does not try again after status %i", async (status) => {
    const { url, received } = await receiver([answer(status)]);
    expect(await deliver(url)).toEqual({
      isDelivered: false,
      why: `it answered ${status} (1 of 3 attempts)`,
    });
    expect(received).toHaveLength(1);
  });

  it("does not follow a redirect, which may lose the body", async () => {
    const elsewhere = await receiver([answer(200)]);
    const { url } = await receiver([answer(302, { location: elsewhere.url })]);
    expect(await deliver(url)).toEqual({ isDelivered: false, why: "it answered 302 (1 of 3 attempts)" });
    expect(elsewhere.received).toEqual([]);
  });

  it("reports each failed attempt that another one follows", async () => {
    const { url } = await receiver([answer(503), answer(500), answer(410)]);
    const reasons: string[] = [];
    await deliver(url, { onRetry: (why) => void reasons.push(why) });
    expect(reasons).toEqual(["it answered 503", "it answered 500"]);
  });

  it("gives up when every attempt has failed", async () => {
    const { url, received } = await receiver([answer(500)]);
    expect(await deliver(url)).toEqual({ isDelivered: false, why: "it answered 500 (3 of 3 attempts)" });
    expect(received).toHaveLength(3);
  });

  it("cancels an attempt after its timeout and tries again", async () => {
    const { url, received } = await receiver([() => {}, answer(200)]);
    expect(await deliver(url, { timeoutMilliseconds: 100 })).toMatchObject({ isDelivered: true });
    expect(received).toHaveLength(2);
    const hanging = await receiver([() => {}]);
    expect(await deliver(hanging.url, { timeoutMilliseconds: 50, attempts: 2 })).toEqual({
      isDelivered: false,
      why: "it did not answer in time (2 of 2 attempts)",
    });
  });

  it("reports the network's error if the receiver is down", async () => {
    expect(await deliver(await closedPort())).toEqual({
      isDelivered: false,
      why: expect.stringMatching(
        /^it was not reached: connect ECONNREFUSED 127\.0\.0\.1:\d+ \(3 of 3 attempts\)$/,
      ),
    });
  });

  it("waits twice as long before each further attempt, minus a random part of up to a half", async () => {
    const { url } = await receiver([answer(500)]);
    const waits: number[] = [];
    await deliver(url, { attempts: 6 }, waits);
    expect(waits.map((wait, index) => wait / (1000 * 2 ** index))).toEqual(
      waits.map(() => expect.toSatisfy((factor: number) => factor >= 0.5 && factor <= 1)),
    );
    expect(waits).toHaveLength(5);
  });

  it.each([
    ["7", 7000],
    ["3600", 30_000],
    [new Date(Date.now() + 3_600_000).toUTCString(), 30_000],
    [new Date(0).toUTCString(), 0],
  ])("waits as Retry-After %s says, within the policy's limit", async (header, milliseconds) => {
    const { url } = await receiver([answer(429, { "retry-after": header }), answer(200)]);
    const waits: number[] = [];
    expect(await deliver(url, {}, waits)).toMatchObject({ isDelivered: true });
    expect(waits).toEqual([milliseconds]);
  });

  it.each(["during an attempt", "between two attempts"])("throws when it is aborted %s", async (moment) => {
    const stopping = new AbortController();
    const { url } = await receiver([
      (response) => {
        if (moment === "during an attempt") stopping.abort();
        else response.writeHead(500).end();
      },
    ]);
    const delivery = deliverEvent(EVENT, {
      url,
      policy: DELIVERY_POLICY,
      clock: { now: Date.now, sleep: async () => stopping.abort() },
      signal: stopping.signal,
    });
    await expect(delivery).rejects.toThrow(/abort/i);
  });
});
