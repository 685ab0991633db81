import { describe, expect, it } from "vitest";
import {
  type LocalRuntime,
  localRuntimeTables,
  storedLocalRuntime,
  withFigures,
} from "../../src/bench/local-runtime.ts";

const { machine } = storedLocalRuntime();
const none: LocalRuntime = { machine, bursts: [], store: [] };
const burst = (images: number, imagesPerSecond: number) => ({
  ...{ images, imagesPerSecond, statuses: { processed: images - 1 }, seconds: images / imagesPerSecond },
  memory: { runtime: { firstHalf: 300, lastHalf: 310 } },
  cpu: { cores: 2, seconds: { runtime: 1, engine: 9 }, encodingShare: 0.9, busyCores: 1.9, clientSeconds: 1 },
});
const store = (images: number, audit: number) => ({
  ...{ images, audit, store: 500, listAll: 20, listOne: 800, receive: 300, readDead: 200 },
});

describe("the figures of the local runtime", () => {
  it("are kept by size, the last of each, and burst's by the kind of its pictures", () => {
    const runs = [
      [{ burst: burst(2000, 5), store: [store(5000, 1)] }, false],
      [{ burst: burst(1000, 6), store: [store(1000, 2), store(5000, 3)] }, false],
      [{ burst: burst(2000, 7), store: [] }, false],
      [{ burst: burst(2000, 8), store: [] }, true],
    ] as const;
    const kept = runs.reduce(
      (stored, [figures, isOfPhotographs]) =>
        withFigures(stored, { ...figures, machine, store: [...figures.store] }, isOfPhotographs),
      none,
    );
    expect(kept.store.map(({ images, audit }) => [images, audit])).toEqual([
      [1000, 2],
      [5000, 3],
    ]);
    expect(
      kept.bursts.map(({ images, pictures, imagesPerSecond }) => [images, pictures, imagesPerSecond]),
    ).toEqual([
      [1000, "small", 6],
      [2000, "small", 7],
      [2000, "photographs", 8],
    ]);
  });

  it("are two tables, with the share of CPU that is encoding and the images that have no result", () => {
    const kept = withFigures(none, { machine, burst: burst(2000, 5), store: [store(1000, 3000)] }, true);
    const text = localRuntimeTables(kept);
    expect(text).toContain("| 1,000 | 0.5 | 0.02 | 0.8 | 0.3 | 3.0 | 0.2 |");
    expect(text).toContain("| 2,000 | photographs | 5.0 | 1.9 of 2 | 90 % | 300, 310 |  |  | 1 |");
  });
});
