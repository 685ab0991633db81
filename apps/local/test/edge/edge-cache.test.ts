import { expect, it } from "vitest";
import { type Copy, edgeCache } from "../../src/edge/edge-cache.ts";

const PLACE = { key: "a", path: "/renditions/id/a.avif" };
const at = { now: 0 };

/** An answer that is fresh for a second and stale for another. */
function copy(text: string): Copy {
  const body = Buffer.from(text);
  const freshUntil = at.now + 1000;
  return { status: 200, headers: {}, body, storedAt: at.now, freshUntil, staleUntil: freshUntil + 1000 };
}

function open(maxBytes?: number) {
  at.now = 0;
  const cache = edgeCache(() => at.now, maxBytes);
  return {
    invalidate: cache.invalidate,
    async read(text: string, place = PLACE) {
      const { copy: found, isHit } = await cache.read(place, async () => copy(text));
      return `${isHit ? "hit" : "miss"} ${found.body}`;
    },
    readSlowly(answer: Promise<Copy>) {
      return cache.read(PLACE, () => answer);
    },
  };
}

it("keeps an answer while it is fresh, serves it once more while a new one is fetched, and then the new one", async () => {
  const { read } = open();
  expect([await read("one"), await read("two")]).toEqual(["miss one", "hit one"]);
  at.now = 1500;
  expect([await read("two"), await read("three")]).toEqual(["hit one", "hit two"]);
  at.now = 9000;
  expect(await read("four")).toBe("miss four");
});

it.each([
  ["/renditions/id/*", "miss"],
  ["/renditions/id/a.avif", "miss"],
  ["/*", "miss"],
  ["/renditions/id/", "hit"],
  ["/renditions/other/*", "hit"],
  ["/renditions/id/a?avif", "hit"],
])("after an invalidation of %s a request is a %s", async (path, outcome) => {
  const { read, invalidate } = open();
  await read("one");
  invalidate([path]);
  expect(await read("two")).toMatch(outcome);
});

it("asks once for requests at the same time", async () => {
  const { readSlowly } = open();
  const answer = Promise.withResolvers<Copy>();
  const both = [readSlowly(answer.promise), readSlowly(Promise.resolve(copy("two")))];
  answer.resolve(copy("one"));
  expect((await Promise.all(both)).map((each) => `${each.copy.body}`)).toEqual(["one", "one"]);
});

it("does not keep an answer that was on its way during an invalidation", async () => {
  const { read, readSlowly, invalidate } = open();
  const answer = Promise.withResolvers<Copy>();
  const slow = readSlowly(answer.promise);
  invalidate(["/renditions/id/*"]);
  expect(await read("new")).toBe("miss new");
  answer.resolve(copy("old"));
  await slow;
  expect(await read("newer")).toBe("hit new");
});

it("asks again after an error", async () => {
  const { read, readSlowly } = open();
  await expect(readSlowly(Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await read("one")).toBe("miss one");
});

it("removes the oldest copies when it is full", async () => {
  const { read } = open(5);
  const other = { key: "b", path: "/b" };
  await read("one");
  await read("two", other);
  expect([await read("-", other), await read("new")]).toEqual(["hit two", "miss new"]);
});
