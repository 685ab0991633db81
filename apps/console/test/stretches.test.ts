import { describe, expect, it } from "vitest";
import type { StoryEvent } from "../src/api/story.ts";
import { toStretches } from "../src/views/image/stretches.ts";

function event(time: string | null, milliseconds: number | null = null): StoryEvent {
  const nothing = { function: null, reason: null, receiveCount: null, nextReceiveAt: null, webhook: null };
  return { ...nothing, time: time && `2026-11-28T${time}Z`, kind: "log", text: "", milliseconds };
}
const places = (timeline: readonly StoryEvent[]) =>
  toStretches(timeline).map(({ pauseSeconds, milliseconds, events }) => ({
    pauseSeconds,
    milliseconds,
    events: events.map(({ offset, left, width }) => [offset, left, width]),
  }));

describe("the waterfall of a story", () => {
  it("draws an event with a duration as a bar that ends at its time, and others as moments", () => {
    expect(places([event("12:00:00.000"), event("12:00:03.000"), event("12:00:04.000", 2000)])).toEqual([
      {
        pauseSeconds: null,
        milliseconds: 4000,
        events: [
          [0, 0, 0],
          [2000, 50, 50],
          [3000, 75, 0],
        ],
      },
    ]);
  });

  it("starts another axis after a pause of more than a minute, which a bar may fill", () => {
    const timeline = [event("12:00:00.000"), event("12:05:00.000"), event("12:07:00.000", 90_000)];
    expect(places(timeline).map(({ pauseSeconds, events }) => [pauseSeconds, events.length])).toEqual([
      [null, 1],
      [300, 2],
    ]);
  });

  it("lists events without a time first, on no axis", () => {
    const [first, second] = toStretches([event("12:00:00.000"), event(null)]);
    expect([first?.from, first?.events.length, second?.events.length]).toEqual([null, 1, 1]);
  });

  it("has no axis for a story without events", () => {
    expect(toStretches([])).toEqual([]);
  });
});
