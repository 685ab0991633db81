import { ImageRejection } from "@image-pipeline/imaging";
import { Analysis } from "@image-pipeline/schema/analysis";
import { PipelineError } from "@image-pipeline/schema/processing";
import { describe, expect, test } from "vitest";
import { analyzeUploaded } from "../src/analyze-uploaded.ts";
import { PictureRefused } from "../src/ports.ts";
import { KEY, memoryAnalyzer } from "./memory-analyzer.ts";

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
