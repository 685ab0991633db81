import { toManifestKey } from "@image-pipeline/schema/keys";
import { collect, streamOf } from "@image-pipeline/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compareKeys, inManifestOrder } from "../src/in-manifest-order.ts";

/** Keys that begin with one another, with the characters on both sides of the dot. */
const key = fc.string({
  unit: fc.constantFrom("a", "b", "-", ".", "/", "j", "é", "𝒳", "\uffff"),
  minLength: 1,
});

test("sources come in the order in which S3 lists their manifests", () =>
  fc.assert(
    fc.asyncProperty(fc.uniqueArray(key), async (keys) => {
      const listed = keys.toSorted(compareKeys).map((one) => ({ key: one }));
      const ordered = await collect(inManifestOrder("uploads", streamOf(listed)));
      const manifestKeys = keys.map((one) => toManifestKey("uploads", one)).sort(compareKeys);
      expect(ordered.map(({ manifestKey }) => manifestKey)).toEqual(manifestKeys);
    }),
    { numRuns: 1000 },
  ));

test("a source is not held back once a key that does not begin with its own has come", async () => {
  let pulled = 0;
  async function* counting() {
    for (const one of ["a", "a-b", "b", "c"]) {
      pulled++;
      yield { key: one };
    }
  }
  const ordered = inManifestOrder("uploads", counting());
  const first = [await ordered.next(), await ordered.next()].map(({ value }) => value?.key);
  expect({ first, pulled }).toEqual({ first: ["a-b", "a"], pulled: 3 });
});

test("sources whose manifests have hashed keys all come, each once", async () => {
  const keys = Array.from(
    { length: 200 },
    (_, index) => `${String(index).padStart(3, "0")}${"x".repeat(1015)}`,
  );
  const ordered = await collect(inManifestOrder("uploads", streamOf(keys.map((one) => ({ key: one })))));
  expect(ordered.map((source) => source.key).sort()).toEqual(keys);
});
