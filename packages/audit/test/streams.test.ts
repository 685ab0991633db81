import { collect, streamOf } from "@image-pipeline/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { joinSorted } from "../src/streams/join-sorted.ts";
import { mapInOrder } from "../src/streams/map-in-order.ts";

describe("mapInOrder", () => {
  test("yields in the order it was given, whichever is done first", async () => {
    const last = Promise.withResolvers<string>();
    const mapped = mapInOrder(streamOf(["slow", "quick"]), 2, async (item) => {
      if (item === "quick") last.resolve("now");
      else await last.promise;
      return item;
    });
    expect(await collect(mapped)).toEqual(["slow", "quick"]);
  });

  test("has no more under way than it may", async () => {
    let underWay = 0;
    let most = 0;
    const mapped = mapInOrder(streamOf(Array(20).keys()), 4, async () => {
      most = Math.max(most, ++underWay);
      await Promise.resolve();
      underWay--;
    });
    await collect(mapped);
    expect(most).toBeLessThanOrEqual(4);
  });

  test("mapInOrder fails at the position of the failed item", async () => {
    const seen: number[] = [];
    const mapped = mapInOrder(streamOf([1, 2, 3]), 3, async (item) => {
      if (item === 2) throw new Error("two");
      return item;
    });
    const reading = (async () => {
      for await (const item of mapped) seen.push(item);
    })();
    await expect(reading).rejects.toThrow("two");
    expect(seen).toEqual([1]);
  });
});

test("joinSorted pairs the items of both streams, and leaves the others alone", () =>
  fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.nat(30)), fc.uniqueArray(fc.nat(30)), async (left, right) => {
      const ascending = (numbers: number[]) => streamOf(numbers.toSorted((a, b) => a - b));
      const joined = await collect(joinSorted(ascending(left), ascending(right), (a, b) => a - b));
      const all = [...new Set([...left, ...right])].sort((a, b) => a - b);
      const expected = all.map((number) => [
        left.includes(number) ? number : undefined,
        right.includes(number) ? number : undefined,
      ]);
      expect(joined).toEqual(expected);
    }),
  ));

test("joinSorted ends both streams when its reader stops", async () => {
  const ended: string[] = [];
  async function* stream(name: string) {
    try {
      yield* [1, 2, 3];
    } finally {
      ended.push(name);
    }
  }
  for await (const _pair of joinSorted(stream("left"), stream("right"), (a, b) => a - b)) break;
  expect(ended.sort()).toEqual(["left", "right"]);
});
