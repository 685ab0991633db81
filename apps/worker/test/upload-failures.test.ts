import { setImmediate } from "node:timers/promises";
import { ImageRejection } from "@image-pipeline/imaging";
import { Manifest } from "@image-pipeline/schema/manifest";
import { describe, expect, test } from "vitest";
import { processUploaded } from "../src/upload.ts";
import { memoryPipeline } from "./memory/memory-pipeline.ts";

describe("a picture that can never be processed", () => {
  test("gets a manifest with the reason, a result event, and none of the renditions it began", async () => {
    const pipeline = memoryPipeline();
    const { manifest } = await processUploaded(pipeline.upload("bad picture"), pipeline.ports);
    expect(Manifest.parse(manifest)).toMatchObject({
      status: "rejected",
      reason: "CORRUPT_IMAGE",
      reasonText: "bad picture is cut short",
      renditions: [],
    });
    expect(pipeline.results.map(({ type }) => type)).toEqual(["image.rejected"]);
    expect(pipeline.renditions()).toEqual([]);
  });

  test.each([
    ["EMPTY_OBJECT", ""],
    ["TOO_MANY_BYTES", "x".repeat(101)],
  ])("is refused by its size before it is read: %s", async (reason, text) => {
    const pipeline = memoryPipeline();
    const sources = { read: async () => expect.fail("was read") };
    const limits = { ...pipeline.ports.limits, maxBytes: 100 };
    const { manifest } = await processUploaded(pipeline.upload(text), { ...pipeline.ports, sources, limits });
    expect(manifest).toMatchObject({ status: "rejected", reason });
  });

  test("for a limit is processed once the limit is raised, by the same event", async () => {
    const pipeline = memoryPipeline();
    const event = pipeline.upload("a picture");
    const limits = { ...pipeline.ports.limits, maxBytes: 3 };
    const { manifest } = await processUploaded(event, { ...pipeline.ports, limits });
    expect(manifest).toMatchObject({ reason: "TOO_MANY_BYTES", plan: expect.any(String) });
    expect(await processUploaded(event, pipeline.ports)).toMatchObject({
      decision: "process",
      manifest: { status: "processed" },
    });
  });

  test("replaces the picture it was uploaded over, whose renditions expire", async () => {
    const pipeline = memoryPipeline();
    await processUploaded(pipeline.upload("good"), pipeline.ports);
    await processUploaded(pipeline.upload("bad"), pipeline.ports);
    expect(await pipeline.manifest()).toMatchObject({
      status: "rejected",
      source: { sequencer: "2".padStart(18, "0") },
    });
    expect(pipeline.renditions().map(({ tags }) => tags)).toEqual(["superseded=true", "superseded=true"]);
  });
});

describe("when a step fails", () => {
  const unavailable = async () => {
    throw new Error("503 Slow Down");
  };

  test("no manifest is written before every rendition is", async () => {
    const pipeline = memoryPipeline();
    let puts = 0;
    const put = async () => (++puts === 2 ? unavailable() : undefined);
    const renditions = { ...pipeline.ports.renditions, put };
    const event = pipeline.upload("a picture");
    await expect(processUploaded(event, { ...pipeline.ports, renditions })).rejects.toThrow("503");
    expect(await pipeline.manifest()).toBeUndefined();
  });

  test("a result event that could not be sent is sent by the next attempt, with no work done again", async () => {
    const pipeline = memoryPipeline();
    const event = pipeline.upload("a picture");
    const results = { publish: unavailable };
    await expect(processUploaded(event, { ...pipeline.ports, results })).rejects.toThrow("503");
    expect(await processUploaded(event, pipeline.ports)).toMatchObject({ decision: "duplicate" });
    expect(pipeline.results.map(({ type }) => type)).toEqual(["image.processed"]);
  });

  test("renditions that could not be expired are expired by the next attempt", async () => {
    const pipeline = memoryPipeline();
    await processUploaded(pipeline.upload("first"), pipeline.ports);
    const second = pipeline.upload("second");
    const renditions = { ...pipeline.ports.renditions, expire: unavailable };
    await expect(processUploaded(second, { ...pipeline.ports, renditions })).rejects.toThrow("503");
    await processUploaded(second, pipeline.ports);
    expect(pipeline.renditions().filter(({ tags }) => tags === "")).toHaveLength(2);
  });
});

describe("the deadline", () => {
  test.each(["to read the source", "to render", "to write the manifest"])(
    "gives a message back when too little is left %s",
    async (step) => {
      const pipeline = memoryPipeline();
      const event = pipeline.upload("a picture");
      const checks = ["to read the source", "to render", "to write the manifest"];
      const runOut = (after: string) => {
        if (checks.indexOf(step) <= checks.indexOf(after) + 1) pipeline.time.remaining = 2_999;
      };
      if (step === "to read the source") pipeline.time.remaining = 2_999;
      const { sources, render } = pipeline.ports;
      const outcome = processUploaded(event, {
        ...pipeline.ports,
        sources: {
          async read(...source) {
            await setImmediate(); // until after the manifest, which is read at the same time
            return sources.read(...source).finally(() => runOut("to read the source"));
          },
        },
        render: (...rendering) => render(...rendering).finally(() => runOut("to render")),
      });
      await expect(outcome).rejects.toMatchObject({
        code: "OUT_OF_TIME",
        message: `only 2999 ms left ${step}`,
      });
      expect(await pipeline.manifest()).toBeUndefined();
    },
  );

  const late = async () => {
    throw new ImageRejection("RENDER_TIMEOUT", "too slow");
  };

  test("retries a picture that is too slow for the time left, and does not reject it", async () => {
    const pipeline = memoryPipeline();
    pipeline.time.remaining = 13_000;
    const outcome = processUploaded(pipeline.upload("a picture"), { ...pipeline.ports, render: late });
    await expect(outcome).rejects.toMatchObject({ code: "OUT_OF_TIME" });
  });

  test("a picture that is too slow for the time every picture may take is rejected", async () => {
    const pipeline = memoryPipeline();
    const { manifest } = await processUploaded(pipeline.upload("a picture"), {
      ...pipeline.ports,
      render: late,
    });
    expect(manifest).toMatchObject({ status: "rejected", reason: "RENDER_TIMEOUT" });
  });
});

describe("the renditions of a rejected picture", () => {
  test("are removed by the next delivery, if the first crashed after its manifest", async () => {
    const pipeline = memoryPipeline();
    const event = pipeline.upload("bad");
    const remove = async () => {
      throw new Error("killed");
    };
    const { ports } = pipeline;
    const dying = { ...ports, renditions: { ...ports.renditions, remove } };
    await expect(processUploaded(event, dying)).rejects.toThrow("killed");
    expect(pipeline.renditions()).toHaveLength(1);
    expect(await processUploaded(event, ports)).toMatchObject({ decision: "duplicate" });
    expect(pipeline.renditions()).toEqual([]);
  });
});
