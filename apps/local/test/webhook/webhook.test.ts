import { expect, it, onTestFinished } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { DELIVERY_POLICY } from "../../src/webhook/deliver-event.ts";
import { startWebhook, WEBHOOK_QUEUE } from "../../src/webhook/webhook.ts";
import { runQueues } from "../delivery/running-queues.ts";
import { answer, receiver } from "./receiver.ts";

const POLICY = { ...DELIVERY_POLICY, attempts: 2, firstDelayMilliseconds: 1 };
const bodyOf = (id: string) => JSON.stringify({ id, type: "image.processed", subject: `${id}.jpg` });

/** Real queues and a webhook that empties one of them. */
async function deliverTo(url: string) {
  const { services, ports } = await runQueues([WEBHOOK_QUEUE], async () => ({ ok: true, payload: null }));
  const complaints: string[] = [];
  const notes: string[] = [];
  const begin = () =>
    startWebhook({
      url,
      sqs: ports.sqs,
      queueUrl: ports.queueUrl,
      services,
      clock: systemClock,
      policy: POLICY,
      note: (line) => void notes.push(line),
      complain: (line) => void complaints.push(line),
    });
  return { begin, notes, complaints, services, send: (body: string) => services.send(WEBHOOK_QUEUE, body) };
}

it("delivers the events of its queue, and is drained then", async () => {
  const { url, received } = await receiver([answer(200)]);
  const { begin, send, complaints, notes } = await deliverTo(url);
  for (const id of ["a", "b", "c"]) send(bodyOf(id));
  const webhook = begin();
  onTestFinished(webhook.stop);
  await webhook.drained();
  expect(received.map(({ body }) => body).toSorted()).toEqual(["a", "b", "c"].map(bodyOf));
  expect(webhook.deliveries()).toEqual({ delivered: 3, undelivered: 0, waiting: 0 });
  expect(complaints).toEqual([]);
  expect(notes.toSorted()).toEqual(
    ["a", "b", "c"].map((id) => `webhook: image.processed of "${id}.jpg" delivered`),
  );
});

it("prints each retry and each delivery", async () => {
  const { url } = await receiver([answer(503), answer(200)]);
  const { begin, send, complaints, notes } = await deliverTo(url);
  send(bodyOf("a"));
  const webhook = begin();
  onTestFinished(webhook.stop);
  await webhook.drained();
  const name = 'webhook: image.processed of "a.jpg"';
  expect([complaints, notes]).toEqual([
    [`${name}: it answered 503; another attempt follows`],
    [`${name} delivered at attempt 2`],
  ]);
});

it("prints one line for an event that cannot be delivered, and delivers the others", async () => {
  const { url } = await receiver([
    (response, { body }) => void response.writeHead(body.includes("bad") ? 422 : 200).end(),
  ]);
  const { begin, send, complaints } = await deliverTo(url);
  for (const body of [bodyOf("a"), bodyOf("bad"), "no JSON", bodyOf("b")]) send(body);
  const webhook = begin();
  onTestFinished(webhook.stop);
  await webhook.drained();
  expect(webhook.deliveries()).toEqual({ delivered: 2, undelivered: 1, waiting: 0 });
  expect(complaints.toSorted()).toEqual([
    'webhook: image.processed of "bad.jpg" not delivered: it answered 422 (1 of 2 attempts)',
    "webhook: skipped, not a CloudEvent: no JSON",
  ]);
});

it("keeps a running delivery for the next run when it stops", async () => {
  const { url, received } = await receiver([() => {}]);
  const { begin, send, services, complaints } = await deliverTo(url);
  send(bodyOf("a"));
  const webhook = begin();
  await expect.poll(() => received.length).toBe(1);
  await webhook.stop();
  expect(services.count(WEBHOOK_QUEUE)).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
  expect([webhook.deliveries(), complaints]).toEqual([{ delivered: 0, undelivered: 0, waiting: 1 }, []]);
});

it("stops waiting for a receiver that hangs after two minutes", async () => {
  const { url } = await receiver([() => {}]);
  const { services, ports } = await runQueues([WEBHOOK_QUEUE], async () => ({ ok: true, payload: null }));
  services.send(WEBHOOK_QUEUE, bodyOf("a"));
  let now = 0;
  const webhook = startWebhook({
    url,
    sqs: ports.sqs,
    queueUrl: ports.queueUrl,
    services,
    clock: {
      now: () => now,
      async sleep(milliseconds) {
        now += milliseconds;
      },
    },
    note: () => {},
    complain: () => {},
  });
  onTestFinished(webhook.stop);
  await webhook.drained();
  expect([now, webhook.deliveries().waiting]).toEqual([120_000, 1]);
});
