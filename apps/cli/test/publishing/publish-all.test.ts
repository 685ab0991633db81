import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { SNSClient } from "@aws-sdk/client-sns";
import { imageUploaded } from "@image-pipeline/schema/events";
import { aSource } from "@image-pipeline/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { pace } from "../../src/publishing/pace.ts";
import { type EventPublisher, publishAll } from "../../src/publishing/publish-all.ts";
import { snsEventPublisher } from "../../src/publishing/sns-event-publisher.ts";
import { fakeClock } from "../fake-clock.ts";

const events = ["a", "b", "c"].map((key) =>
  imageUploaded(aSource({ key }), { time: "2026-01-01T00:00:00.000Z" }, "backfill"),
);

/** Takes an event only at its so-manieth try, and keeps its requests. */
function refusing(times: Record<string, number>) {
  const asked: string[][] = [];
  const left = { ...times };
  const publisher: EventPublisher = {
    async publish(batch) {
      asked.push(batch.map(({ subject }) => subject));
      return batch.flatMap((event) => {
        const refused = left[event.subject] ?? 0;
        left[event.subject] = refused - 1;
        return refused > 0 ? [{ event, error: "Throttled: slow down" }] : [];
      });
    },
  };
  return { publisher, asked };
}

describe("publishAll", () => {
  test("sends again only the events that were not accepted", async () => {
    const { publisher, asked } = refusing({ b: 2, c: 1 });
    await publishAll(events, { publisher, clock: fakeClock() });
    expect(asked).toEqual([["a", "b", "c"], ["b", "c"], ["b"]]);
  });

  test("waits before each retry, with a growing maximum", async () => {
    const clock = fakeClock();
    await publishAll(events, { publisher: refusing({ a: 4 }).publisher, clock });
    expect(clock.slept.map((milliseconds, index) => milliseconds <= 100 * 2 ** (index + 1))).toEqual(
      Array(4).fill(true),
    );
  });

  test("gives up after five attempts, and reports the number that is left and the error", async () => {
    const publishing = publishAll(events, { publisher: refusing({ b: 9 }).publisher, clock: fakeClock() });
    await expect(publishing).rejects.toThrow("SNS did not accept 1 of 3 events: Throttled: slow down");
  });

  test("asks nothing for nothing", async () => {
    const { publisher, asked } = refusing({});
    await publishAll([], { publisher, clock: fakeClock() });
    expect(asked).toEqual([]);
  });
});

test("a pace lets through no more than its rate, and the first at once", async () => {
  const clock = fakeClock(1000);
  const paced = pace(20, clock);
  for (let batch = 0; batch < 4; batch++) await paced.take(10, new AbortController().signal);
  expect(clock.slept).toEqual([500, 500, 500]);
});

/** An SNS that answers every request with one XML. */
async function answering(results: string, requests: URLSearchParams[] = []): Promise<EventPublisher> {
  const server = createServer(async (request, response) => {
    requests.push(new URLSearchParams(await text(request)));
    response.setHeader("content-type", "text/xml");
    response.end(
      `<PublishBatchResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishBatchResult>${results}</PublishBatchResult></PublishBatchResponse>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const client = new SNSClient({
    endpoint: `http://127.0.0.1:${address.port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  onTestFinished(() => {
    client.destroy();
    server.close();
  });
  return snsEventPublisher(client, {
    topicArn: "arn:aws:sns:us-east-1:000000000000:t",
    groupOf: (key) => `group of ${key}`,
  });
}

test("each event is published in its key's message group", async () => {
  const requests: URLSearchParams[] = [];
  const publisher = await answering("", requests);
  await publisher.publish(events);
  const groups = [...(requests[0] ?? [])].filter(([name]) => name.endsWith(".MessageGroupId"));
  expect(groups.map(([, group]) => group)).toEqual(["group of a", "group of b", "group of c"]);
});

test("an event that SNS lists as failed, or does not name, was not taken", async () => {
  const publisher = await answering(
    "<Successful><member><Id>0</Id><MessageId>m</MessageId></member></Successful>" +
      "<Failed><member><Id>1</Id><Code>InternalError</Code><Message>later</Message><SenderFault>false</SenderFault></member></Failed>",
  );
  expect(await publisher.publish(events)).toEqual([
    { event: events[1], error: "InternalError: later" },
    { event: events[2], error: "not in the answer of PublishBatch" },
  ]);
});
