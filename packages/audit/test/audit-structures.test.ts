import { toImageId } from "@image-pipeline/schema/keys";
import fc from "fast-check";
import { expect, test } from "vitest";
import { imageIds } from "../src/image-ids.ts";
import { sampleOf } from "../src/sample.ts";

test("a set of image ids contains exactly the ids that were added", () =>
  fc.assert(
    fc.property(fc.uniqueArray(fc.string(), { maxLength: 60 }), fc.nat(60), (keys, split) => {
      const ids = keys.map((key) => toImageId("uploads", key));
      const set = imageIds();
      for (const id of ids.slice(0, split)) set.add(id);
      expect(ids.map((id) => set.has(id))).toEqual(ids.map((_id, index) => index < split));
    }),
  ));

test("a set of image ids grows, and takes more after it was asked", () => {
  const set = imageIds();
  const ids = Array.from({ length: 3000 }, (_, index) => toImageId("uploads", String(index)));
  for (const id of ids.slice(0, 1500)) set.add(id);
  const before = ids.filter((id) => set.has(id)).length;
  for (const id of ids) set.add(id);
  expect([before, ids.filter((id) => set.has(id)).length]).toEqual([1500, 3000]);
});

test("a sample keeps all of a stream that is not longer", () => {
  const sample = sampleOf<number>(5, Math.random);
  for (const item of [1, 2, 3]) sample.add(item);
  expect(sample.items()).toEqual([1, 2, 3]);
});

test("a sample takes each item of a stream with the same chance", () => {
  const times = Array.from({ length: 10 }, () => 0);
  let seed = 1;
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  for (let round = 0; round < 10_000; round++) {
    const sample = sampleOf<number>(3, random);
    for (const item of times.keys()) sample.add(item);
    for (const item of sample.items()) times[item] = (times[item] ?? 0) + 1;
  }
  for (const count of times) expect(Math.abs(count - 3000)).toBeLessThan(200);
});
