import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BoundedRenderer } from "./fuzz/bounded-renderer.ts";
import { mutations } from "./fuzz/mutations.ts";
import { seedFiles } from "./fuzz/seed-files.ts";

/** Seed and count of the damaged files, equal on every run; the environment variables try other files, and more. */
const SEED = Number(process.env.FUZZ_SEED ?? 20_260_101);
const RUNS = Number(process.env.FUZZ_RUNS ?? 6000);
const MAX_MEBIBYTES = 512;
/** CPU time for one damaged file: the undamaged ones take a hundredth of it. Busy machines take no more CPU time, only longer. */
const MAX_CPU_SECONDS = 4;

describe("a damaged file of any format", () => {
  const renderers = [new BoundedRenderer(), new BoundedRenderer()];
  let seeds: Buffer[] = [];

  beforeAll(async () => {
    seeds = await seedFiles();
  });
  afterAll(async () => {
    await Promise.all(renderers.map((renderer) => renderer.close()));
  });

  it("is rendered without the damage", async () => {
    for (const seed of seeds) {
      expect(await renderers[0]?.render(seed)).toMatchObject({ kind: "rendered", detail: "" });
    }
  });

  it.concurrent.each(renderers.map((renderer, half) => [half, renderer] as const))(
    "is rendered or rejected with a reason, within the CPU time and the memory (half %i)",
    async (half, renderer) => {
      const file = fc
        .tuple(fc.nat(), mutations)
        .map(([pick, list]) =>
          list.reduce((bytes, mutate) => mutate(bytes, seeds), seeds[pick % seeds.length] ?? Buffer.of()),
        );
      const property = fc.asyncProperty(fc.noShrink(file), async (bytes) => {
        const outcome = await renderer.render(bytes);
        if (outcome.kind === "bug") throw new Error(`${outcome.detail}\nfile: ${bytes.toString("base64")}`);
        expect(outcome.peakMebibytes).toBeLessThan(MAX_MEBIBYTES);
        if (outcome.cpuSeconds > MAX_CPU_SECONDS)
          throw new Error(`it took ${outcome.cpuSeconds} s\nfile: ${bytes.toString("base64")}`);
      });
      await fc.assert(property, { numRuns: RUNS / 2, seed: SEED + half, endOnFailure: true });
    },
  );
});
