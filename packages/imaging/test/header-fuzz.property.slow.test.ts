import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { BoundedRenderer } from "./fuzz/bounded-renderer.ts";
import { byteMutations, directoryMutations } from "./fuzz/header-mutations.ts";
import { exifSeeds, type HeaderSeed, profileSeeds, tiffSeeds } from "./fuzz/header-seeds.ts";

/** Seed and factor of the numbers of files; the environment variables try other files, and more. */
const SEED = Number(process.env.FUZZ_SEED ?? 20_260_201);
const FACTOR = Number(process.env.FUZZ_FACTOR ?? 1);

const HEADERS = {
  "the directory of a TIFF": { seeds: tiffSeeds, mutations: directoryMutations, runs: 6000 },
  "the directory of an EXIF segment": { seeds: exifSeeds, mutations: directoryMutations, runs: 1500 },
  "an EXIF segment": { seeds: exifSeeds, mutations: byteMutations, runs: 1500 },
  "a colour profile": { seeds: profileSeeds, mutations: byteMutations, runs: 3000 },
};

describe("a picture with damage in", () => {
  const renderer = new BoundedRenderer();
  afterAll(() => renderer.close());

  it.each(Object.entries(HEADERS))(
    "%s is rendered or rejected with a reason that a check foresaw",
    async (_name, { seeds: makeSeeds, mutations, runs }) => {
      const seeds = await makeSeeds();
      const damaged = fc.tuple(fc.nat(), mutations).map(([pick, list]) => {
        const seed: HeaderSeed | undefined = seeds[pick % seeds.length];
        return seed ? list.reduce((file, mutate) => mutate(file, seed), seed.file) : Buffer.of();
      });
      const property = fc.asyncProperty(fc.noShrink(damaged), async (file) => {
        const { kind, detail } = await renderer.render(file);
        if (kind === "bug") throw new Error(`${detail}\nfile: ${file.toString("base64")}`);
      });
      for (const { file } of seeds) expect((await renderer.render(file)).detail).not.toMatch(/CORRUPT/);
      await fc.assert(property, { numRuns: FACTOR * runs, seed: SEED, endOnFailure: true });
    },
    600_000,
  );
});
