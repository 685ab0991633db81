import { ENGINE, ImageRejection } from "@image-pipeline/imaging";
import { Analysis } from "@image-pipeline/schema/analysis";
import { AnalysisRecipe, toHash } from "@image-pipeline/schema/config";
import { toAnalysisKey, toImageId } from "@image-pipeline/schema/keys";
import { PipelineError } from "@image-pipeline/schema/processing";
import { deletion } from "@image-pipeline/testing";
import { describe, expect, test } from "vitest";
import { analyzeUploaded } from "../src/analyze-uploaded.ts";
import { processDeleted } from "../src/delete.ts";
import { PictureRefused } from "../src/ports.ts";
import { KEY, memoryAnalyzer } from "./memory-analyzer.ts";

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
    const analyzer = memoryAnalyzer();
    const event = analyzer.upload("a cat");
    const limits = { ...analyzer.ports.limits, maxBytes: 1 };
    await analyzeUploaded(event, { ...analyzer.ports, limits });
    const key = toAnalysisKey(toImageId(event.data.bucket, event.data.key));
    const stored = await analyzer.ports.analyses.read(key);
    if (stored?.document.status !== "rejected") return expect.fail("not rejected");
    const { limits: _, ...older } = stored.document;
    await analyzer.ports.analyses.replace(key, stored, older);
    expect(await analyzeUploaded(event, analyzer.ports)).toMatchObject({ decision: "process" });
  });

  test("a rejection by another engine is analysed again", async () => {
    const analyzer = memoryAnalyzer();
    const event = analyzer.upload("a cat");
    const limits = { ...analyzer.ports.limits, maxBytes: 1 };
    await analyzeUploaded(event, { ...analyzer.ports, limits });
    const key = toAnalysisKey(toImageId(event.data.bucket, event.data.key));
    const stored = await analyzer.ports.analyses.read(key);
    if (stored?.document.status !== "rejected") return expect.fail("not rejected");
    const other = toHash({ limits, engine: { ...ENGINE, libvips: "8.0.0" } });
    await analyzer.ports.analyses.replace(key, stored, { ...stored.document, limits: other });
    const again = await analyzeUploaded(event, { ...analyzer.ports, limits });
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

describe("newest wins", () => {
  test("the older of two uploads that comes last changes nothing, and is not paid for", async () => {
    const analyzer = memoryAnalyzer({ versioned: true });
    const [first, second] = [analyzer.upload("first"), analyzer.upload("second")];
    await analyzeUploaded(second, analyzer.ports);
    expect(await analyzeUploaded(first, analyzer.ports)).toMatchObject({ decision: "stale" });
    expect(await analyzer.analysis()).toMatchObject({ source: { sequencer: "2".padStart(18, "0") } });
    expect(analyzer.asked).not.toContain("labels of first");
  });

  test("the older of two concurrent uploads is stale and sends no event", async () => {
    const analyzer = memoryAnalyzer({ versioned: true });
    const [first, second] = [analyzer.upload("first violent"), analyzer.upload("second")];
    const overtaken = await analyzeUploaded(first, {
      ...analyzer.ports,
      derive: async (source) => {
        await analyzeUploaded(second, analyzer.ports);
        return [source];
      },
    });
    expect(overtaken.decision).toBe("stale");
    expect(await analyzer.analysis()).toMatchObject({
      verdict: "allow",
      source: { sequencer: "2".padStart(18, "0") },
    });
    expect(analyzer.results).toHaveLength(1);
  });

  test("an upload that arrives after its delete is refused, and the detector is not asked", async () => {
    const analyzer = memoryAnalyzer({ versioned: true });
    const event = analyzer.upload("a cat");
    await processDeleted(deletion({ sequencer: analyzer.nextSequencer() }), analyzer.ports);
    expect(await analyzeUploaded(event, analyzer.ports)).toMatchObject({ decision: "resurrect-refused" });
    expect(await analyzer.analysis()).toMatchObject({ status: "deleted" });
    expect([analyzer.asked, analyzer.results]).toEqual([[], []]);
  });

  test("an upload after the delete lives", async () => {
    const analyzer = memoryAnalyzer();
    await processDeleted(deletion({ sequencer: analyzer.nextSequencer() }), analyzer.ports);
    expect(await analyzeUploaded(analyzer.upload("a cat"), analyzer.ports)).toMatchObject({
      decision: "process",
    });
  });
});

describe("a delete", () => {
  test("leaves a tombstone that is tagged to expire, and sends nothing", async () => {
    const analyzer = memoryAnalyzer();
    await analyzeUploaded(analyzer.upload("a cat"), analyzer.ports);
    const event = deletion({ sequencer: analyzer.nextSequencer() });
    const { decision, analysis } = await processDeleted(event, analyzer.ports);
    expect(decision).toBe("remove");
    expect(Analysis.parse(analysis)).toMatchObject({
      status: "deleted",
      source: { sequencer: "2".padStart(18, "0") },
    });
    expect(analyzer.bucket.list("analysis/").map((key) => analyzer.bucket.get(key).tags)).toEqual([
      "tombstone=true",
    ]);
    expect(analyzer.results).toHaveLength(1);
  });

  test("that comes after a newer upload changes nothing", async () => {
    const analyzer = memoryAnalyzer();
    const event = deletion({ sequencer: analyzer.nextSequencer() });
    await analyzeUploaded(analyzer.upload("newer"), analyzer.ports);
    expect(await processDeleted(event, analyzer.ports)).toMatchObject({ decision: "stale" });
  });

  test("of one version for good lets a later version live", async () => {
    const analyzer = memoryAnalyzer({ versioned: true });
    const [first, second] = [analyzer.upload("first"), analyzer.upload("second")];
    const { versionId } = first.data;
    const sequencer = analyzer.nextSequencer();
    await processDeleted(deletion({ versionId, sequencer, deleteMarker: false }), analyzer.ports);
    expect(await analyzeUploaded(first, analyzer.ports)).toMatchObject({ decision: "resurrect-refused" });
    expect(await analyzeUploaded(second, analyzer.ports)).toMatchObject({ decision: "process" });
  });
});

test.each(["upload", "delete"])(
  "fails after eight other writers were first: ANALYSIS_CONTENDED (%s)",
  async (kind) => {
    const analyzer = memoryAnalyzer();
    let attempts = 0;
    const replace = async () => ++attempts > 8;
    const ports = { ...analyzer.ports, analyses: { ...analyzer.ports.analyses, replace } };
    const outcome =
      kind === "upload"
        ? analyzeUploaded(analyzer.upload("a cat"), ports)
        : processDeleted(deletion({ sequencer: analyzer.nextSequencer() }), ports);
    await expect(outcome).rejects.toMatchObject({ code: "ANALYSIS_CONTENDED" });
    expect(attempts).toBe(8);
  },
);

describe("a picture that can never be analysed", () => {
  const notAsked = {
    labels: async () => expect.fail("was paid for"),
    moderation: async () => expect.fail("was paid for"),
  };

  test("as the engine rejects it gets the engine's reason, one result event, and is not paid for", async () => {
    const analyzer = memoryAnalyzer();
    const derive = async () => {
      throw new ImageRejection("CORRUPT_IMAGE", "cut short");
    };
    const ports = { ...analyzer.ports, derive, detector: notAsked };
    const { analysis } = await analyzeUploaded(analyzer.upload("bad"), ports);
    expect(Analysis.parse(analysis)).toMatchObject({
      status: "rejected",
      reason: "CORRUPT_IMAGE",
      reasonText: "cut short",
    });
    expect(analyzer.results).toMatchObject([{ data: { verdict: null, reason: "CORRUPT_IMAGE" } }]);
  });

  test.each([
    ["EMPTY_OBJECT", ""],
    ["TOO_MANY_BYTES", "x".repeat(101)],
  ])("is refused by its size before it is read: %s", async (reason, text) => {
    const analyzer = memoryAnalyzer();
    const sources = { read: async () => expect.fail("was read") };
    const limits = { ...analyzer.ports.limits, maxBytes: 100 };
    const ports = { ...analyzer.ports, sources, limits, detector: notAsked };
    const { analysis } = await analyzeUploaded(analyzer.upload(text), ports);
    expect(analysis).toMatchObject({ status: "rejected", reason });
  });

  test("gets the reason ANALYSIS_REFUSED when the detector refuses it", async () => {
    const analyzer = memoryAnalyzer();
    const detector = {
      ...analyzer.ports.detector,
      moderation: async () => {
        throw new PictureRefused("InvalidImageFormatException: no");
      },
    };
    const ports = { ...analyzer.ports, detector };
    const { analysis } = await analyzeUploaded(analyzer.upload("odd"), ports);
    expect(analysis).toMatchObject({
      status: "rejected",
      reason: "ANALYSIS_REFUSED",
      reasonText: expect.stringContaining("InvalidImageFormatException"),
    });
  });
});

describe("when a step fails", () => {
  const unavailable = async () => {
    throw new PipelineError("ANALYSIS_UNAVAILABLE", "ThrottlingException");
  };

  test("nothing is kept of a detector that is overloaded, and the next attempt asks again", async () => {
    const analyzer = memoryAnalyzer();
    const event = analyzer.upload("a cat");
    const detector = { ...analyzer.ports.detector, moderation: unavailable };
    await expect(analyzeUploaded(event, { ...analyzer.ports, detector })).rejects.toMatchObject({
      code: "ANALYSIS_UNAVAILABLE",
    });
    expect(await analyzer.analysis()).toBeUndefined();
    expect(await analyzeUploaded(event, analyzer.ports)).toMatchObject({ decision: "process" });
  });

  test("a tag or a result event that could not be sent is sent by the next attempt, and nothing paid again", async () => {
    const analyzer = memoryAnalyzer();
    const event = analyzer.upload("violent");
    await analyzer.render(event);
    const tags = { add: unavailable };
    await expect(analyzeUploaded(event, { ...analyzer.ports, tags })).rejects.toThrow();
    expect(analyzer.results).toEqual([]);
    await analyzeUploaded(event, analyzer.ports);
    expect(analyzer.tags()).toEqual(["quarantine=true"]);
    expect(analyzer.results).toHaveLength(1);
    expect(analyzer.asked).toHaveLength(2);
  });

  test("does not ask the detector when too little time is left: OUT_OF_TIME", async () => {
    const analyzer = memoryAnalyzer();
    const event = analyzer.upload("a cat");
    const derive = async (source: Uint8Array) => {
      analyzer.runOut();
      return [source];
    };
    await expect(analyzeUploaded(event, { ...analyzer.ports, derive })).rejects.toMatchObject({
      code: "OUT_OF_TIME",
    });
    expect(analyzer.asked).toEqual([]);
  });

  test("retries a picture that is too slow for the time left, and rejects one that is too slow for the limit", async () => {
    const analyzer = memoryAnalyzer();
    const derive = async () => {
      throw new ImageRejection("RENDER_TIMEOUT", "too slow");
    };
    const ports = { ...analyzer.ports, derive };
    const event = analyzer.upload("slow");
    analyzer.time.remaining = 13_000;
    await expect(analyzeUploaded(event, ports)).rejects.toMatchObject({ code: "OUT_OF_TIME" });
    analyzer.time.remaining = 60_000;
    expect(await analyzeUploaded(event, ports)).toMatchObject({ analysis: { reason: "RENDER_TIMEOUT" } });
  });
});

test("an object whose metadata says that the pipeline wrote it loses the verdict on the older upload", async () => {
  const analyzer = memoryAnalyzer();
  await analyzeUploaded(analyzer.upload("a cat"), analyzer.ports);
  const forged = { "generated-by": "image-pipeline" };
  await analyzeUploaded(analyzer.upload("other bytes", KEY, forged), analyzer.ports);
  expect(await analyzer.analysis()).toMatchObject({ status: "rejected", reason: "FALSELY_MARKED" });
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
