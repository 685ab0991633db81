import { describe, expect, it } from "vitest";
import { cpuTime, cpuTimeOf } from "../src/measure/cpu-time.ts";
import { interleave, timesLonger } from "../src/measure/interleave.ts";
import { mean, median } from "../src/measure/mean.ts";

describe("median and mean", () => {
  it("give the middle, or the mean of the two in the middle", () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 3, 100])).toBe(3.5);
    expect(median([])).toBeNaN();
    expect(mean([1, 2, 6])).toBe(3);
  });
});

describe("interleave", () => {
  it("measures every contender on every input in turn, the first turn not counted, and keeps the medians", async () => {
    const order: string[] = [];
    const contender = (name: string, times: number[]) => ({
      name,
      measure: async (input: { name: string }) => {
        order.push(`${name}/${input.name}`);
        return times.shift() ?? 0;
      },
    });
    const contenders = [
      contender("a", [999, 1, 3, 2, 10, 30, 20]),
      contender("b", [999, 2, 6, 4, 30, 90, 60]),
    ];

    const times = await interleave(contenders, [{ name: "x" }, { name: "y" }], 3);

    expect(times).toEqual({ a: [2, 20], b: [4, 60] });
    expect(order.slice(0, 6)).toEqual(["b/x", "a/x", "a/x", "b/x", "b/x", "a/x"]);
    expect(timesLonger(times, "b", "a")).toEqual({ overall: 64 / 22, least: 2, most: 3 });
  });
});

describe("CPU time", () => {
  it("of this process counts work, not waiting", async () => {
    const work = await cpuTime(async () => {
      for (let at = 0, x = 0; at < 3e7; at++) x += Math.sqrt(at + x);
    });
    const nothing = await cpuTime(async () => {});
    expect(work).toBeGreaterThan(nothing);
  });

  it("of other processes is that of all of them", async () => {
    const busy = [
      process.execPath,
      "-e",
      "for (let at = 0, x = 0; at < 5e7; at++) x += Math.sqrt(at + x)",
    ] as const;
    const one = await cpuTimeOf([busy], {});
    expect(one).toBeGreaterThan(20);
    expect(await cpuTimeOf([busy, busy, busy], {})).toBeGreaterThan(1.5 * one);
  });

  it("of a program that fails is an error with what it said", async () => {
    await expect(cpuTimeOf([["ls", "/nowhere/at/all"]], {})).rejects.toThrow(/ls failed: .*nowhere/);
  });
});
