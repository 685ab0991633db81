import { ENGINE } from "@image-pipeline/imaging";
import { Analysis } from "@image-pipeline/schema/analysis";
import { AnalysisRecipe, type Limits, toHash } from "@image-pipeline/schema/config";
import { toAnalysisKey, toImageId } from "@image-pipeline/schema/keys";
import { describe, expect, test, vi } from "vitest";
import { analyzeUploaded } from "../src/analyze-uploaded.ts";
import { PictureRefused } from "../src/ports.ts";
import { memoryAnalyzer } from "./memory-analyzer.ts";

type Rejected = Extract<Analysis, { status: "rejected" }>;

/** Analyses a picture that was rejected as too large again, with the rejection as `change` has it. */
async function analyseAgain(change: (rejected: Rejected, limits: Limits) => Rejected) {
  const analyzer = memoryAnalyzer();
  const event = analyzer.upload("a cat");
  const limits = { ...analyzer.ports.limits, maxBytes: 1 };
  await analyzeUploaded(event, { ...analyzer.ports, limits });
  const key = toAnalysisKey(toImageId(event.data.bucket, event.data.key));
  const stored = await analyzer.ports.analyses.read(key);
  if (stored?.document.status !== "rejected") return expect.fail("not rejected");
  await analyzer.ports.analyses.replace(key, stored, change(stored.document, limits));
  return analyzeUploaded(event, { ...analyzer.ports, limits });
}

describe("an upload", () => {
  test("writes the labels and the verdict, and sends one result event", async () => {
    const analyzer = memoryAnalyzer();
    const event = analyzer.upload("a violent cat");
    const { decision, analysis } = await analyzeUploaded(event, analyzer.ports);
    expect(decision).toBe("process");
    expect(Analysis.parse(analysis)).toEqual(await analyzer.analysis());
    expect(analysis).toMatchObject({
      status: "analyzed",
      source: { key: "photos/a.jpg", sequencer: "1".padStart(18, "0") },
      verdict: "quarantine",
      rules: [{ label: "Violence", confidence: 95 }],
      labels: [{ name: "Cat" }],
      moderation: [{ name: "Violence" }],
      models: { labels: "3.0", moderation: "7.0" },
    });
    expect(analyzer.results).toMatchObject([
      { type: "image.analyzed", data: { verdict: "quarantine", labels: ["Violence"] } },
    ]);
  });

  test("reads the stored analysis once, since the write fails if it has changed", async () => {
    const analyzer = memoryAnalyzer();
    const read = vi.spyOn(analyzer.ports.analyses, "read");
    await analyzeUploaded(analyzer.upload("a cat"), analyzer.ports);
    await analyzeUploaded(analyzer.upload("another cat"), analyzer.ports);
    expect(read).toHaveBeenCalledTimes(2);
  });

  test("that comes twice is not paid for twice, and sends the same result event again", async () => {
    const analyzer = memoryAnalyzer();
    const event = analyzer.upload("a cat");
    await analyzeUploaded(event, analyzer.ports);
    expect(await analyzeUploaded(event, analyzer.ports)).toMatchObject({ decision: "duplicate" });
    expect(analyzer.asked).toEqual(["labels of a cat", "moderation of a cat"]);
    expect(analyzer.results[1]).toEqual(analyzer.results[0]);
  });

  test("of a backfill, which knows no sequencer, is not paid for again either", async () => {
    const analyzer = memoryAnalyzer();
    const event = analyzer.upload("a cat");
    await analyzeUploaded(event, analyzer.ports);
    const again = { ...event, data: { ...event.data, sequencer: null, lane: "backfill" as const } };
    expect(await analyzeUploaded(again, analyzer.ports)).toMatchObject({ decision: "duplicate" });
    expect(analyzer.asked).toHaveLength(2);
  });

  test("under new rules is analysed again, though it is the same upload", async () => {
    const analyzer = memoryAnalyzer();
    const event = analyzer.upload("a cat");
    await analyzeUploaded(event, analyzer.ports);
    const recipe = AnalysisRecipe.parse({ rules: [{ label: "Cat", action: "flag" }] });
    expect(await analyzeUploaded(event, { ...analyzer.ports, recipe })).toMatchObject({
      decision: "process",
      analysis: { verdict: "flag" },
    });
  });

  test.each([
    ["analyses it after its limit was raised", { maxBytes: 10_000 }, "process", "analyzed"],
    ["does not analyse it again under the same limits", {}, "duplicate", "rejected"],
  ])("an image rejected as TOO_MANY_BYTES: %s", async (_case, raised, decision, status) => {
    const analyzer = memoryAnalyzer();
    const event = analyzer.upload("a cat");
    const limits = { ...analyzer.ports.limits, maxBytes: 1 };
    await analyzeUploaded(event, { ...analyzer.ports, limits });
    const again = await analyzeUploaded(event, { ...analyzer.ports, limits: { ...limits, ...raised } });
    expect(again).toMatchObject({ decision, analysis: { status } });
    const ids = new Set(analyzer.results.map(({ id }) => id));
    expect(ids.size).toBe(status === "analyzed" ? 2 : 1);
  });

  test("a rejection without a hash of its limits, as earlier versions wrote it, is analysed again", async () => {
    const again = await analyseAgain(({ limits: _, ...older }) => older);
    expect(again).toMatchObject({ decision: "process" });
  });

  test("a rejection by another engine is analysed again", async () => {
    const again = await analyseAgain((rejected, limits) => ({
      ...rejected,
      limits: toHash({ limits, engine: { ...ENGINE, libvips: "8.0.0" } }),
    }));
    expect(again).toMatchObject({ decision: "process" });
  });

  test("an image that Rekognition refused is not sent to it again when limits change", async () => {
    const analyzer = memoryAnalyzer();
    const event = analyzer.upload("a cat");
    const labels = async () => {
      throw new PictureRefused("InvalidImageFormatException");
    };
    await analyzeUploaded(event, { ...analyzer.ports, detector: { ...analyzer.ports.detector, labels } });
    const limits = { ...analyzer.ports.limits, maxBytes: 10_000 };
    expect(await analyzeUploaded(event, { ...analyzer.ports, limits })).toMatchObject({
      decision: "duplicate",
    });
  });

  test.each([
    ["labels", { moderation: { enabled: false } }, { labels: [{ name: "Cat" }] }],
    ["moderation", { labels: { enabled: false } }, { moderation: [{ name: "Violence" }] }],
  ])("asks only for %s when the other is disabled", async (call, recipe, seen) => {
    const analyzer = memoryAnalyzer();
    const ports = { ...analyzer.ports, recipe: AnalysisRecipe.parse(recipe) };
    const { analysis } = await analyzeUploaded(analyzer.upload("violent"), ports);
    expect(analyzer.asked).toEqual([`${call} of violent`]);
    expect(analysis).toMatchObject(seen);
    expect(Object.keys(Object(analysis).models)).toEqual([call]);
  });
});

describe("a picture of which several pictures are judged", () => {
  const partsOf = async (source: Uint8Array) =>
    new TextDecoder()
      .decode(source)
      .split("|")
      .map((part) => new TextEncoder().encode(part));

  test.each(["violent|b|c", "a|violent|c", "a|b|violent"])(
    "gets the strongest verdict of all: %s",
    async (text) => {
      const analyzer = memoryAnalyzer();
      const event = analyzer.upload(text);
      await analyzeUploaded(event, { ...analyzer.ports, derive: partsOf });
      expect(await analyzer.analysis()).toMatchObject({ verdict: "quarantine" });
    },
  );

  test("is asked about no further, once the verdict is the strongest, and counts the calls it took", async () => {
    const analyzer = memoryAnalyzer();
    await analyzeUploaded(analyzer.upload("a|violent|c"), { ...analyzer.ports, derive: partsOf });
    expect(analyzer.asked).not.toContain("labels of c");
    expect(await analyzer.analysis()).toMatchObject({ calls: 4 });
  });

  test("has every label once, with the highest confidence", async () => {
    const analyzer = memoryAnalyzer();
    await analyzeUploaded(analyzer.upload("a|b|c"), { ...analyzer.ports, derive: partsOf });
    expect(await analyzer.analysis()).toMatchObject({ labels: [{ name: "Cat", confidence: 99 }], calls: 6 });
  });

  test.each([
    [12, true, 6],
    [5, true, 2],
    [5, false, 5],
  ])("costs no more than %i calls, labels included: %s", async (maxCallsPerImage, enabled, expected) => {
    const analyzer = memoryAnalyzer();
    const most: number[] = [];
    const derive = async (source: Uint8Array, { maxPictures }: { maxPictures: number }) => {
      most.push(maxPictures);
      return [source];
    };
    const recipe = AnalysisRecipe.parse({ maxCallsPerImage, labels: { enabled } });
    await analyzeUploaded(analyzer.upload("a cat"), { ...analyzer.ports, recipe, derive });
    expect(most).toEqual([expected]);
  });
});
