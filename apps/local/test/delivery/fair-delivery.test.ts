import { CreateTopicCommand, PublishBatchCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import { messageGroups } from "@image-pipeline/schema/events";
import { expect, it, onTestFinished } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { queueRound } from "../../src/delivery/queue-poller.ts";
import { startPoller } from "../../src/queues/poller.ts";
import { awsClients, LOCAL_CREDENTIALS } from "../../src/services/clients.ts";
import type { Queue } from "../../src/topology/topology.ts";
import { runQueues } from "./running-queues.ts";

const KEYS = [
  ...Array.from({ length: 200 }, (_, index) => `loud/${index}.jpg`),
  ...Array.from({ length: 10 }, (_, index) => `quiet/${index}.jpg`),
];
const groupOf = messageGroups({ prefix: "", pattern: "^([^/]+)/" });

interface Batch {
  Records: { body: string; eventSourceARN: string }[];
}

/** Publishes one tenant's burst and then another's few uploads to a topic with this queue. */
async function publish({ name, arn }: Queue, endpoint: string, toGroup: (key: string) => string | undefined) {
  const { sns, close } = awsClients({ endpoint, region: "us-east-1", credentials: LOCAL_CREDENTIALS });
  onTestFinished(close);
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: name }));
  const Attributes = { RawMessageDelivery: "true" };
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: arn, Attributes }));
  for (let start = 0; start < KEYS.length; start += 10) {
    const PublishBatchRequestEntries = KEYS.slice(start, start + 10).map((key, index) => ({
      Id: String(index),
      Message: key,
      MessageGroupId: toGroup(key),
    }));
    await sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }));
  }
}

/** Delivers both queues as the runtime does. @returns the keys of each in the order in which the function got them */
async function deliverAll(toGroups: Record<string, (key: string) => string | undefined>) {
  const handled = new Map<string, string[]>(Object.keys(toGroups).map((name) => [name, []]));
  const ended = Promise.withResolvers<void>();
  let left = KEYS.length * handled.size;
  const { services, queues, ports } = await runQueues([...handled.keys()], async (_name, payload) => {
    const { Records }: Batch = JSON.parse(JSON.stringify(payload));
    for (const { body, eventSourceARN } of Records) {
      handled.get(eventSourceARN.split(":").at(-1) ?? "")?.push(body);
      if (--left === 0) ended.resolve();
    }
    return { ok: true, payload: null };
  });
  for (const queue of queues)
    await publish(queue, services.endpoint, toGroups[queue.name] ?? (() => undefined));
  const pollers = queues.map(({ arn, url }) => {
    const mapping = { queueArn: arn, functionName: "worker", batchSize: 1, windowSeconds: 0 };
    const round = queueRound(
      { ...mapping, maximumConcurrency: null, reportsBatchItemFailures: false },
      { ...ports, queueUrl: url },
    );
    return startPoller(round, { concurrency: 4, clock: systemClock, onError: ended.reject });
  });
  await ended.promise;
  await Promise.all(pollers.map((poller) => poller.stop()));
  return handled;
}

/** Returns how many messages the function got, on average, before each of the quiet tenant's. */
function meanWait(order: readonly string[] = []): number {
  const places = order.flatMap((key, place) => (key.startsWith("quiet/") ? [place] : []));
  return places.reduce((sum, place) => sum + place, 0) / places.length;
}

it("a burst of one tenant hardly delays another, whose messages wait behind the burst without groups", async () => {
  const handled = await deliverAll({ fair: groupOf, plain: () => undefined });
  const [fair, plain] = [meanWait(handled.get("fair")), meanWait(handled.get("plain"))];
  expect(plain).toBeGreaterThan(190);
  expect(fair / plain).toBeLessThan(0.2);
  // The burst is delayed by no more than those few messages, and nothing is lost.
  expect([...(handled.get("fair") ?? [])].sort()).toEqual([...KEYS].sort());
});
