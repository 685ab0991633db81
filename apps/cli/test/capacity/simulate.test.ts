import { describe, expect, it } from "vitest";
import { type Stage, simulate } from "../../src/capacity/simulate.ts";

const stage = (more: Partial<Stage> = {}): Stage => ({
  name: "worker",
  milliseconds: 1000,
  coldMilliseconds: 0,
  batch: 1,
  scaling: { initial: 10, perSecond: 1000, most: 10 },
  quotaPerSecond: Number.POSITIVE_INFINITY,
  retries: { share: 0, seconds: 0 },
  ...more,
});
const burst = (images: number) => ({ burst: images, burstPerSecond: 1e6, perSecond: 0, seconds: 0 });

describe("a simulation", () => {
  it("drains a burst in the time that its executions need for it", () => {
    const { ends, images, executions } = simulate(burst(10_000), [stage()]);
    expect(images).toBe(10_000);
    expect(executions).toEqual({ worker: 10 });
    expect(ends / 1000).toBeCloseTo(1, 1);
  });

  it("takes little more than an image's own time while executions are free", () => {
    const { dwell } = simulate({ burst: 0, burstPerSecond: 1, perSecond: 1, seconds: 3600 }, [stage()]);
    expect(dwell.p50).toBeGreaterThan(0.5);
    expect(dwell.p50).toBeLessThan(1);
    expect(dwell.p99).toBeLessThan(4);
  });

  it("waits for an image as queueing theory says: a single execution at 80 % load", () => {
    const scaling = { initial: 1, perSecond: 1, most: 1 };
    const arrivals = { burst: 0, burstPerSecond: 1, perSecond: 0.8, seconds: 150_000 };
    const { dwell } = simulate(arrivals, [stage({ scaling })]);
    // Pollaczek-Khinchine: a mean of 1 + 0.8 * (1 + 0.25) / (2 * 0.2) = 3.5 seconds; the median is below it.
    expect(dwell.p50).toBeGreaterThan(2);
    expect(dwell.p50).toBeLessThan(3.5);
    expect(dwell.p99).toBeGreaterThan(8);
  });

  it("adds executions at Lambda's rate while images wait", () => {
    const scaling = { initial: 5, perSecond: 5, most: 1000 };
    const { executions, ends } = simulate(burst(2000), [stage({ scaling })]);
    // 5 at first and 5 more a second do 2,000 seconds of work in about 28 seconds.
    expect(ends).toBeGreaterThan(24);
    expect(ends).toBeLessThan(33);
    expect(executions.worker).toBeGreaterThan(110);
    expect(executions.worker).toBeLessThan(170);
  });

  it("is no faster than the quota of another service", () => {
    const scaling = { initial: 1000, perSecond: 1, most: 1000 };
    const { ends } = simulate(burst(1000), [stage({ scaling, quotaPerSecond: 20 })]);
    expect(ends).toBeGreaterThan(50);
    expect(ends).toBeLessThan(60);
  });

  it("delays an image that fails once until it is visible again, and loses none", () => {
    const { images, dwell } = simulate(burst(1000), [
      stage({ retries: { share: 1, seconds: 1000 }, scaling: { initial: 1000, perSecond: 1, most: 1000 } }),
    ]);
    expect(images).toBe(1000);
    expect(dwell.p50).toBeGreaterThan(1000);
  });

  it("handles the images of a batch one after another", () => {
    const one = stage({ scaling: { initial: 1, perSecond: 1, most: 1 }, batch: 10, coldMilliseconds: 500 });
    const { ends, executions } = simulate(burst(10), [one]);
    expect(executions).toEqual({ worker: 1 });
    expect(ends).toBeGreaterThan(6);
    expect(ends).toBeLessThan(18);
  });

  it("gives the same result for the same input, and much the same for ten times the load and the executions", () => {
    const arrivals = { ...burst(1000), perSecond: 20, seconds: 3600 };
    const scaling = { initial: 5, perSecond: 1, most: 30 };
    const small = simulate(arrivals, [stage({ scaling })]);
    expect(simulate(arrivals, [stage({ scaling })])).toEqual(small);
    const large = simulate({ ...burst(10_000), perSecond: 200, seconds: 3600 }, [
      stage({ scaling: { initial: 50, perSecond: 10, most: 300 } }),
    ]);
    expect(large.images / 730_000).toBeCloseTo(1, 1);
    expect(large.executions).toEqual({ worker: 300 });
    expect(large.dwell.p50 / small.dwell.p50).toBeCloseTo(1, 0);
    expect(large.dwell.p99 / small.dwell.p99).toBeCloseTo(1, 0);
  });

  it("lets a burst of one tenant delay the others for its whole length, except if the queue is fair", () => {
    const arrivals = { burst: 10_000, burstPerSecond: 1e6, perSecond: 0.5, seconds: 1000 };
    const inOrder = simulate(arrivals, [stage()]);
    const fair = simulate(arrivals, [stage({ isFair: true })]);
    expect(inOrder.othersDwell.p50).toBeGreaterThan(400);
    expect(fair.othersDwell.p99).toBeLessThan(10);
    expect(fair.images).toBe(inOrder.images);
    expect(fair.ends / inOrder.ends).toBeCloseTo(1, 1);
  });
});
