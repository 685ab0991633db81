import type { ImageUploaded } from "@image-pipeline/schema/events";
import { toRenditionTag } from "@image-pipeline/schema/keys";
import { deletion, processed, RECIPE, SECRET } from "@image-pipeline/testing";
import { describe, expect, test } from "vitest";
import { processDeleted } from "../src/delete.ts";
import { PictureRefused } from "../src/ports.ts";
import { analyseTask, quarantineTask } from "../src/workflow-tasks.ts";
import { memoryAnalyzer } from "./memory-analyzer.ts";

const jobOf = (event: ImageUploaded) => ({
  event,
  recipe: RECIPE,
  tag: toRenditionTag(event.data, RECIPE, SECRET),
  startedAt: 0,
});
/** Passes a value through JSON, as the state machine does. */
const overTheWire = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("the task that judges", () => {
  test.each([
    ["a cat", "allow"],
    ["a violent scene", "quarantine"],
  ])("answers the verdict on %s, and leaves the analysis and its result event", async (text, verdict) => {
    const analyzer = memoryAnalyzer();
    const input = overTheWire({ job: jobOf(analyzer.upload(text)) });
    expect(await analyseTask(input, analyzer.ports)).toMatchObject({ verdict });
    expect(await analyzer.analysis()).toMatchObject({ status: "analyzed", verdict });
    expect(analyzer.results.map(({ type }) => type)).toEqual(["image.analyzed"]);
  });

  test("answers a duplicate's verdict without paying for it again", async () => {
    const analyzer = memoryAnalyzer();
    const job = jobOf(analyzer.upload("a violent scene"));
    await analyseTask({ job }, analyzer.ports);
    const paid = analyzer.asked.length;
    expect(await analyseTask({ job }, analyzer.ports)).toMatchObject({ verdict: "quarantine" });
    expect(analyzer.asked).toHaveLength(paid);
  });

  test("quarantines a picture that the detector refuses, since its content is unknown", async () => {
    const analyzer = memoryAnalyzer();
    const detector = {
      ...analyzer.ports.detector,
      moderation: async () => {
        throw new PictureRefused("no picture");
      },
    };
    const input = { job: jobOf(analyzer.upload("a cat")) };
    expect(await analyseTask(input, { ...analyzer.ports, detector })).toMatchObject({
      verdict: "quarantine",
    });
  });

  test("lets nothing by that a newer upload or a delete has overtaken", async () => {
    const analyzer = memoryAnalyzer({ versioned: true });
    const [first, second] = [analyzer.upload("first"), analyzer.upload("second")];
    await analyseTask({ job: jobOf(second) }, analyzer.ports);
    await expect(analyseTask({ job: jobOf(first) }, analyzer.ports)).rejects.toMatchObject({
      code: "SOURCE_CHANGED",
    });
    await processDeleted(deletion({ sequencer: analyzer.nextSequencer() }), analyzer.ports);
    await expect(analyseTask({ job: jobOf(second) }, analyzer.ports)).rejects.toMatchObject({
      code: "SOURCE_GONE",
    });
  });
});

describe("the task that hides", () => {
  test("tags renditions before the manifest is written", async () => {
    const analyzer = memoryAnalyzer();
    const event = analyzer.upload("a violent scene");
    const manifest = processed(event);
    for (const { key } of manifest.renditions) analyzer.bucket.put(key, new TextEncoder().encode(key));
    const outcome = {
      job: jobOf(event),
      work: { rendered: { manifest }, analysis: { verdict: "quarantine" } },
    };
    expect(await quarantineTask(overTheWire(outcome), analyzer.ports)).toEqual({
      hidden: manifest.renditions.length,
    });
    expect(new Set(analyzer.tags())).toEqual(new Set(["quarantine=true"]));
  });

  test("refuses renditions of another image", async () => {
    const analyzer = memoryAnalyzer();
    const victim = await analyzer.render(analyzer.upload("a cat", "photos/victim.jpg"));
    const event = analyzer.upload("a violent scene");
    const manifest = { ...processed(event), renditions: victim.data.renditions };
    const input = { job: jobOf(event), work: { rendered: { manifest } } };
    await expect(quarantineTask(overTheWire(input), analyzer.ports)).rejects.toMatchObject({
      code: "MESSAGE_REFUSED",
    });
    expect(analyzer.tags()).toEqual([""]);
  });

  test("has nothing to hide of a picture that was rejected", async () => {
    const analyzer = memoryAnalyzer();
    const failure = { Error: "IMAGE_REJECTED", Cause: "{}" };
    const work = { rendered: { failure }, analysis: { verdict: "quarantine" } };
    expect(await quarantineTask({ job: jobOf(analyzer.upload("")), work }, analyzer.ports)).toEqual({
      hidden: 0,
    });
  });
});

test.each([
  ["judges", analyseTask],
  ["hides", quarantineTask],
])("the task that %s refuses a job of another bucket", async (_name, task) => {
  const { ports, upload } = memoryAnalyzer();
  const job = jobOf(upload("a cat"));
  const forged = { ...job, event: { ...job.event, data: { ...job.event.data, bucket: "nobody" } } };
  const input = { job: forged, work: { rendered: { nothing: true } } };
  await expect(task(input, ports)).rejects.toMatchObject({ code: "MESSAGE_REFUSED" });
});
