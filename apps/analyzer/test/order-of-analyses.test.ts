import { Analysis } from "@image-pipeline/schema/analysis";
import { deletion } from "@image-pipeline/testing";
import { describe, expect, test } from "vitest";
import { analyzeUploaded } from "../src/analyze-uploaded.ts";
import { processDeleted } from "../src/delete.ts";
import { memoryAnalyzer } from "./memory-analyzer.ts";

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
