import { expect, test } from "vitest";
import { toBar } from "../../src/terminal/progress-bar.ts";
import { toAmount, toDuration, toSize } from "../../src/terminal/units.ts";

test.each([
  [{ done: 0, total: 4, seconds: 0 }, "[------------------------]  0 of 4  0%"],
  [
    { done: 1200, total: 4800, seconds: 30 },
    "[######------------------]  1,200 of 4,800  25%  40/s  1m 30s left",
  ],
  [{ done: 4, total: 4, seconds: 2 }, "[########################]  4 of 4  100%  2.0/s  0s left"],
  [{ done: 5, total: 4, seconds: 5 }, "[########################]  5 of 4  100%  1.0/s  0s left"],
  [{ done: 0, total: 0, seconds: 1 }, "[########################]  0 of 0  100%"],
])("draws %j", (advance, bar) => {
  expect(toBar(advance)).toBe(bar);
});

test.each([
  [0.2, "1s"],
  [59.5, "1m 0s"],
  [3599.5, "1h 0m"],
  [7505, "2h 6m"],
  [86_399, "1d 0h"],
  [273_600, "3d 4h"],
])("says %d seconds, rounded up", (seconds, text) => {
  expect(toDuration(seconds)).toBe(text);
});

test.each([
  [0, "0 events"],
  [1, "1 event"],
  [2000, "2,000 events"],
])("says %d of a thing", (count, text) => {
  expect(toAmount(count, "event")).toBe(text);
});

test.each([
  [0, "0 B"],
  [950, "950 B"],
  [1234, "1.2 kB"],
  [12_345, "12 kB"],
  [95_600_000, "95.6 MB"],
  [999_600, "1.0 MB"],
  [2_500_000_000, "2.5 GB"],
])("shows %d bytes in human units", (bytes, text) => {
  expect(toSize(bytes)).toBe(text);
});
