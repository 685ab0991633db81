import { judgeSource, type Read, VERDICTS } from "@image-pipeline/audit";
import { definePipeline, pipelineFor } from "@image-pipeline/schema/config";
import { aSource, processed, RECIPE, rejected, tombstone } from "@image-pipeline/testing";
import { describe, expect, test } from "vitest";
import { toEstimate } from "../../src/backfill/estimate.ts";
import { isWanted, planner } from "../../src/backfill/plan.ts";
import { toScope } from "../../src/connection/scope.ts";

describe("a source", () => {
  const source = aSource();
  const cases: [string, Read, string][] = [
    ["without a manifest", undefined, "missing"],
    ["with a tombstone", tombstone(source), "missing"],
    ["with a manifest of another upload", processed(aSource({ eTag: "e0" })), "older-source"],
    [
      "with a manifest of another upload and recipe",
      processed(aSource({ eTag: "e0" }), { recipe: "r" }),
      "older-source",
    ],
    ["with a manifest of another recipe", processed(source, { recipe: "r" }), "older-recipe"],
    ["rejected under another recipe", rejected(source, { recipe: "r" }), "older-recipe"],
    ["rejected", rejected(source), "current"],
    ["processed", processed(source), "current"],
    ["with something else in the manifest's place", "unreadable", "unreadable"],
  ];
  test.each(cases)("%s", (_name, manifest, verdict) => {
    expect(judgeSource(source, manifest, ({ recipe }) => recipe === RECIPE)).toBe(verdict);
  });
});

test("a run publishes images that need work, or all, but never one with an unreadable manifest", () => {
  const wanted = (onlyStale: boolean) => VERDICTS.filter((verdict) => isWanted(verdict, onlyStale));
  expect([wanted(true), wanted(false)]).toEqual([
    ["missing", "older-source", "older-recipe"],
    ["missing", "older-source", "older-recipe", "current"],
  ]);
});

test("a plan counts by verdict, and takes the time of an image from the manifests", () => {
  const source = { ...aSource(), modifiedAt: new Date() };
  const planned = planner(true);
  planned.add({ source, verdict: "missing", manifest: undefined });
  planned.add({ source, verdict: "current", manifest: processed(source) });
  planned.add({
    source,
    verdict: "older-recipe",
    manifest: processed(source, { timings: { renderMs: 1, totalMs: 1500 } }),
  });
  expect(planned.plan()).toEqual({
    counts: { missing: 1, "older-source": 0, "older-recipe": 1, current: 1, unreadable: 0 },
    toPublish: 2,
    toRender: 2,
    secondsPerImage: 1,
  });
});

describe("an estimate", () => {
  const settings = (more: object) =>
    pipelineFor(
      definePipeline({
        presets: { thumb: { width: 10, formats: ["webp", "jpeg"] } },
        worker: { memoryMegabytes: 1024, maximumConcurrency: 50 },
        backfill: { maximumConcurrency: 10 },
        environments: { dev: {} },
        ...more,
      }),
      "dev",
    );
  const plan = { toPublish: 10_000, toRender: 10_000, secondsPerImage: 2 };

  test("is as long as the workers of the backfill lane take", () => {
    expect(toEstimate(plan, settings({}), 1000).seconds).toBe(2000);
  });

  test("is as long as the publishing if that is slower", () => {
    expect(toEstimate(plan, settings({}), 2).seconds).toBe(5000);
  });

  test("counts memory, requests and messages at list prices", () => {
    const lambda = 20_000 * 0.0000133334 + 10_000 * 0.2e-6;
    const messages = 10_000 * (2 * 0.5e-6 + 3 * 0.4e-6);
    const s3 = 10_000 * (9 * 0.4e-6 + 6 * 5e-6);
    expect(toEstimate(plan, settings({}), 50).usd).toBeCloseTo(lambda + messages + s3, 9);
  });

  test("costs more on the dearer processor, and almost nothing for current images", () => {
    const { usd } = toEstimate(plan, settings({}), 50);
    expect(toEstimate(plan, settings({ architecture: "x86_64" }), 50).usd).toBeGreaterThan(usd);
    expect(toEstimate({ ...plan, toRender: 0 }, settings({}), 50).usd).toBeLessThan(usd / 10);
  });

  test("says when it rests on no image of this pipeline", () => {
    const { isMeasured, seconds } = toEstimate({ ...plan, secondsPerImage: null }, settings({}), 1000);
    expect([isMeasured, seconds]).toEqual([false, 2000]);
  });
});

describe("the scope of a run", () => {
  const uploads = { prefix: "photos/", suffixes: [".jpg"] };
  test.each([
    ["", "photos/"],
    ["pho", "photos/"],
    ["photos/2026/", "photos/2026/"],
  ])("of --prefix %j begins with %j", (prefix, begins) => {
    expect(toScope({ uploads }, prefix).prefix).toBe(begins);
  });

  test("has the keys that the config has processed", () => {
    const { isProcessed } = toScope({ uploads }, "");
    expect(["photos/a.jpg", "photos/a.JPG", "a.jpg"].map(isProcessed)).toEqual([true, false, false]);
  });

  test("is refused if nothing in it is processed", () => {
    expect(() => toScope({ uploads }, "videos/")).toThrow('nothing below "videos/" is processed');
  });
});
