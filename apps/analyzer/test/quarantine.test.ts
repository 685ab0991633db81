import { ImageRejection } from "@image-pipeline/imaging";
import { deletion } from "@image-pipeline/testing";
import { describe, expect, test } from "vitest";
import { analyzeUploaded } from "../src/analyze-uploaded.ts";
import { processDeleted } from "../src/delete.ts";
import { quarantineProcessed } from "../src/quarantine.ts";
import { memoryAnalyzer } from "./memory-analyzer.ts";

describe("renditions of a quarantined picture are tagged", () => {
  test("by the analysis, when the worker was first", async () => {
    const analyzer = memoryAnalyzer();
    const event = analyzer.upload("violent");
    const processed = await analyzer.render(event);
    expect(await quarantineProcessed(processed, analyzer.ports)).toMatchObject({ decision: "leave" });
    await analyzeUploaded(event, analyzer.ports);
    expect(analyzer.tags()).toEqual(["quarantine=true"]);
  });

  test("by the worker's result, when the analysis was first", async () => {
    const analyzer = memoryAnalyzer();
    const event = analyzer.upload("violent");
    await analyzeUploaded(event, analyzer.ports);
    const processed = await analyzer.render(event);
    expect(await quarantineProcessed(processed, analyzer.ports)).toMatchObject({ decision: "hide" });
    expect(analyzer.tags()).toEqual(["quarantine=true"]);
    expect(analyzer.asked).toHaveLength(2);
  });

  test("if the picture could not be judged, since its content is unknown", async () => {
    const analyzer = memoryAnalyzer();
    const event = analyzer.upload("slow");
    await analyzer.render(event);
    const derive = async () => {
      throw new ImageRejection("RENDER_TIMEOUT", "too slow");
    };
    await analyzeUploaded(event, { ...analyzer.ports, derive });
    expect(await analyzer.analysis()).toMatchObject({ status: "rejected" });
    expect(analyzer.tags()).toEqual(["quarantine=true"]);
  });

  test("before the result event is sent", async () => {
    const analyzer = memoryAnalyzer();
    const event = analyzer.upload("violent");
    await analyzer.render(event);
    const told: string[][] = [];
    const results = { publish: async () => void told.push(analyzer.tags()) };
    await analyzeUploaded(event, { ...analyzer.ports, results });
    expect(told).toEqual([["quarantine=true"]]);
  });

  test("and the analysis is announced again after its renditions were tagged, so that copies are removed", async () => {
    const analyzer = memoryAnalyzer();
    const event = analyzer.upload("violent");
    await analyzeUploaded(event, analyzer.ports);
    const processed = await analyzer.render(event);
    const told: string[][] = [];
    const results = { publish: async () => void told.push(analyzer.tags()) };
    await quarantineProcessed(processed, { ...analyzer.ports, results });
    expect(told).toEqual([["quarantine=true"]]);
  });

  test("when they are rendered again under other presets", async () => {
    const analyzer = memoryAnalyzer();
    const event = analyzer.upload("violent");
    await analyzeUploaded(event, analyzer.ports);
    await quarantineProcessed(await analyzer.render(event, "recipe-1"), analyzer.ports);
    await quarantineProcessed(await analyzer.render(event, "recipe-2"), analyzer.ports);
    expect(analyzer.tags()).toEqual(["quarantine=true", "quarantine=true"]);
  });

  test("by the analysis of a backfill, whose event has no sequencer", async () => {
    const analyzer = memoryAnalyzer();
    const event = analyzer.upload("violent");
    await analyzer.render(event);
    await analyzeUploaded({ ...event, data: { ...event.data, sequencer: null } }, analyzer.ports);
    expect(analyzer.tags()).toEqual(["quarantine=true"]);
  });

  test("and keep the tags they have", async () => {
    const analyzer = memoryAnalyzer();
    const event = analyzer.upload("violent");
    const { data } = await analyzer.render(event);
    for (const { key } of data.renditions) analyzer.bucket.tag(key, "team=images");
    await analyzeUploaded(event, analyzer.ports);
    expect(analyzer.tags()).toEqual(["team=images&quarantine=true"]);
  });
});

describe("renditions are left alone", () => {
  test("of a picture that is only flagged, or allowed", async () => {
    const analyzer = memoryAnalyzer();
    const event = analyzer.upload("a cat");
    await analyzer.render(event);
    await analyzeUploaded(event, analyzer.ports);
    expect(analyzer.tags()).toEqual([""]);
  });

  test("of a newer upload than the quarantined one", async () => {
    const analyzer = memoryAnalyzer();
    await analyzeUploaded(analyzer.upload("violent"), analyzer.ports);
    const newer = await analyzer.render(analyzer.upload("harmless"));
    expect(await quarantineProcessed(newer, analyzer.ports)).toMatchObject({ decision: "leave" });
    expect(analyzer.tags()).toEqual([""]);
  });

  test("of an image without an analysis, or with a tombstone for it", async () => {
    const analyzer = memoryAnalyzer();
    const processed = await analyzer.render(analyzer.upload("violent"));
    expect(await quarantineProcessed(processed, analyzer.ports)).toMatchObject({ decision: "leave" });
    await processDeleted(deletion({ sequencer: analyzer.nextSequencer() }), analyzer.ports);
    expect(await quarantineProcessed(processed, analyzer.ports)).toMatchObject({ decision: "leave" });
  });
});

describe("a forged result", () => {
  test("hides no rendition of another image", async () => {
    const analyzer = memoryAnalyzer();
    const own = await analyzer.render(analyzer.upload("violent", "photos/own.jpg"));
    await analyzeUploaded(analyzer.upload("violent", "photos/own.jpg"), analyzer.ports);
    const victim = await analyzer.render(analyzer.upload("a cat", "photos/victim.jpg"));
    await quarantineProcessed(
      { ...own, data: { ...own.data, renditions: victim.data.renditions } },
      analyzer.ports,
    );
    const tagsOf = (keys: readonly { key: string }[]) => keys.map(({ key }) => analyzer.bucket.get(key).tags);
    expect(tagsOf(victim.data.renditions)).toEqual([""]);
    expect(tagsOf(own.data.renditions)).toEqual(["quarantine=true"]);
  });
});

test("renditions that a newer upload has superseded are hidden too, while they expire", async () => {
  const analyzer = memoryAnalyzer();
  const event = analyzer.upload("violent");
  const late = await analyzer.render(event);
  await analyzeUploaded(event, analyzer.ports);
  const tags = late.data.renditions.map(({ key }) => key.split("/")[2] ?? "");
  for (const { key } of late.data.renditions) analyzer.bucket.tag(key, "");
  const newer = await analyzer.render(analyzer.upload("harmless"), "recipe-2");
  await analyzer.supersede(newer, tags);
  await quarantineProcessed(late, analyzer.ports);
  expect(late.data.renditions.map(({ key }) => analyzer.bucket.get(key).tags)).toEqual(["quarantine=true"]);
  expect(newer.data.renditions.map(({ key }) => analyzer.bucket.get(key).tags)).toEqual([""]);
});
