import { describe, expect, test } from "vitest";
import { publishAll } from "../src/publish-all.ts";
import { toImageEvents } from "../src/to-image-events.ts";
import { memoryEventPublisher } from "./memory-event-publisher.ts";
import { s3Notification, s3Record } from "./s3-notification.ts";

function uploads(count: number) {
  const keys = Array.from({ length: count }, (_, index) => `image-${index}`);
  return toImageEvents(s3Notification(...keys.map((key) => s3Record({ object: { key } })))).events;
}

/** A clock that does not wait, and remembers how long it was asked to. */
function noWait() {
  const waits: number[] = [];
  return { waits, wait: async (milliseconds: number) => waits.push(milliseconds) };
}

test("publishes ten at a time", async () => {
  const { publisher, requests, published } = memoryEventPublisher();
  await publishAll(uploads(23), publisher, noWait().wait);
  expect(requests.map((keys) => keys.length)).toEqual([10, 10, 3]);
  expect(published).toHaveLength(23);
});

test("asks nothing of SNS for nothing", async () => {
  const { publisher, requests } = memoryEventPublisher();
  await publishAll([], publisher, noWait().wait);
  expect(requests).toEqual([]);
});

describe("when SNS takes a batch only in part", () => {
  test("sends the rest again, and that alone", async () => {
    const { publisher, requests, published } = memoryEventPublisher(({ subject }, request) =>
      subject === "image-1" && request < 3 ? "InternalError" : undefined,
    );
    await publishAll(uploads(3), publisher, noWait().wait);
    expect(requests).toEqual([["image-0", "image-1", "image-2"], ["image-1"], ["image-1"]]);
    expect(published).toHaveLength(3);
  });

  test("waits longer before each further attempt, with jitter", async () => {
    const { waits, wait } = noWait();
    const { publisher } = memoryEventPublisher((_event, request) => (request < 4 ? "Throttled" : undefined));
    await publishAll(uploads(1), publisher, wait);
    expect(waits).toHaveLength(3);
    for (const [index, waited] of waits.entries())
      expect(waited).toSatisfy((ms: number) => ms >= 0 && ms <= 200 * 2 ** index);
  });

  test("fails, after four attempts, naming every key that is left and why", async () => {
    const { publisher, requests } = memoryEventPublisher(({ subject }) =>
      subject === "image-1" ? "InternalError: try later" : undefined,
    );
    await expect(publishAll(uploads(2), publisher, noWait().wait)).rejects.toThrow(
      "1 of 2 events not published: image-1 (InternalError: try later)",
    );
    expect(requests).toHaveLength(4);
  });

  test("still publishes the batches that follow before it fails", async () => {
    const { publisher, published } = memoryEventPublisher(({ subject }) =>
      subject === "image-3" ? "InternalError" : undefined,
    );
    await expect(publishAll(uploads(15), publisher, noWait().wait)).rejects.toThrow("1 of 15");
    expect(published).toHaveLength(14);
  });
});
