import { describe, expect, it } from "vitest";
import { lifetimeOf } from "../../src/edge/freshness.ts";

const POLICY = { minSeconds: 0, defaultSeconds: 0, maxSeconds: 60, headers: [] };
const ERRORS = new Map([[403, 1]]);
const freshFor = (status: number, cacheControl: string, policy = POLICY) =>
  lifetimeOf(
    { status, headers: cacheControl === "" ? {} : { "cache-control": cacheControl } },
    policy,
    ERRORS,
  );

describe("an answer", () => {
  it.each([
    ["public, max-age=30", 30],
    ["max-age=30, s-maxage=10", 10],
    ["public, max-age=3600", 60],
    ["no-cache", 0],
    ["private, max-age=30", 0],
    ["", 0],
  ])("with the cache control %j is fresh for %i seconds", (cacheControl, freshSeconds) => {
    expect(freshFor(200, cacheControl)).toEqual({ freshSeconds, staleSeconds: 0 });
  });

  it("without a cache control is fresh for the policy's default, and at least for its minimum", () => {
    const policy = { ...POLICY, minSeconds: 5, defaultSeconds: 20 };
    expect(freshFor(200, "", policy).freshSeconds).toBe(20);
    expect(freshFor(200, "no-store", policy).freshSeconds).toBe(5);
  });

  it("may be stale for as long as it says, up to the policy's maximum", () => {
    expect(freshFor(302, "max-age=10, stale-while-revalidate=20").staleSeconds).toBe(20);
    expect(freshFor(302, "max-age=10, stale-while-revalidate=600").staleSeconds).toBe(60);
  });
});

describe("an error", () => {
  it.each([
    [403, "", 1],
    [403, "public, max-age=30", 30],
    [403, "no-store", 1],
    [410, "", 10],
    [410, "public, max-age=600", 60],
    [410, "no-store", 0],
  ])("%i with the cache control %j is fresh for %i seconds", (status, cacheControl, freshSeconds) => {
    expect(freshFor(status, cacheControl).freshSeconds).toBe(freshSeconds);
  });
});
