import type { EventPublisher } from "@image-pipeline/lambda-kit/event-publisher";
import { imageUploaded } from "@image-pipeline/schema/events";
import { aSource } from "@image-pipeline/testing";
import { describe, expect, test } from "vitest";
import { pace } from "../../src/publishing/pace.ts";
import { publishAll } from "../../src/publishing/publish-all.ts";
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
