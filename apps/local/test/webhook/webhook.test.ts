import { expect, it } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { followWebhook } from "../../src/webhook/webhook.ts";

const line = (fields: object) =>
  JSON.stringify({ id: "1", type: "image.processed", key: "a.jpg", attempt: 1, attempts: 6, ...fields });
const DELIVERED = { decision: "WEBHOOK_DELIVERED", status: 204 };
const failed = (why: string, isFinal: boolean, attempt = 1) =>
  line({ code: "WEBHOOK_FAILED", why, isFinal, attempt });
const NAME = 'webhook: image.processed of "a.jpg"';

/** Follows the log lines of a function whose queue has so many messages. */
function follow(lines: readonly string[], waiting = () => 0) {
  const notes: string[] = [];
  const complaints: string[] = [];
  const webhook = followWebhook({
    queueName: () => "webhook",
    services: { count: () => ({ visible: waiting(), inFlight: 0, delayed: 0 }) },
    clock: systemClock,
    note: (text) => void notes.push(text),
    complain: (text) => void complaints.push(text),
  });
  webhook.logged(lines);
  return { webhook, notes, complaints };
}

it("prints each retry and each delivery, and counts them", () => {
  const { webhook, notes, complaints } = follow([
    failed("it answered 503", false),
    line({ ...DELIVERED, attempt: 2 }),
    line({ ...DELIVERED, id: "2" }),
  ]);
  expect(complaints).toEqual([`${NAME}: it answered 503; another attempt follows`]);
  expect(notes).toEqual([`${NAME} delivered at attempt 2`, `${NAME} delivered`]);
  expect(webhook.deliveries()).toEqual({ delivered: 2, undelivered: 0, waiting: 0 });
});

it("prints one line for an event that cannot be delivered, however often its message is received on its way to the DLQ", () => {
  const again = [2, 3, 4].map((attempt) => failed("it answered 410 before", true, attempt));
  const { webhook, complaints } = follow([failed("it answered 410", true), ...again]);
  expect(complaints).toEqual([`${NAME} not delivered: it answered 410 (1 of 6 attempts)`]);
  expect(webhook.deliveries()).toMatchObject({ delivered: 0, undelivered: 1 });
});

it("counts an event as delivered after its message was sent back from the DLQ", () => {
  const { webhook } = follow([failed("it answered 410", true), line(DELIVERED)]);
  expect(webhook.deliveries()).toEqual({ delivered: 1, undelivered: 0, waiting: 0 });
});

it("ignores all other lines of the log", () => {
  const { notes, complaints } = follow(["START", "{}", '{"message":"x","attempt":1}']);
  expect([notes, complaints]).toEqual([[], []]);
});

it("is drained when no message waits any more", async () => {
  let looks = 0;
  const { webhook } = follow([], () => (looks++ < 2 ? 1 : 0));
  await webhook.drained();
  expect(looks).toBe(3);
});
