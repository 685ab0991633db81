import { createHash } from "node:crypto";
import { toRenditionMetadata } from "@image-pipeline/schema/processing";
import { SECRET } from "@image-pipeline/testing";
import { describe, expect, test } from "vitest";
import { processUploaded } from "../src/upload.ts";
import { memoryPipeline } from "./memory/memory-pipeline.ts";

describe("an object whose metadata says that the pipeline wrote it", () => {
  const forged = { "generated-by": "image-pipeline" };

  test("is rejected with a reason of its own, and replaces the manifest of the older upload", async () => {
    const pipeline = memoryPipeline();
    await processUploaded(pipeline.upload("a picture"), pipeline.ports);
    const event = pipeline.upload("other bytes", "photos/a.jpg", forged);
    await processUploaded(event, pipeline.ports);
    expect(await pipeline.manifest()).toMatchObject({
      status: "rejected",
      reason: "FALSELY_MARKED",
      source: { sequencer: event.data.sequencer },
    });
    expect(pipeline.results.at(-1)).toMatchObject({ type: "image.rejected" });
  });

  test("is not rendered if it is a rendition of this environment, with its mark", async () => {
    const pipeline = memoryPipeline();
    const sha256 = createHash("sha256").update("a rendition").digest("hex");
    const metadata = toRenditionMetadata({ sha256, secret: SECRET });
    const event = pipeline.upload("a rendition", "photos/a.jpg", { ...metadata });
    await expect(processUploaded(event, pipeline.ports)).rejects.toMatchObject({ code: "SOURCE_GENERATED" });
    expect(await pipeline.manifest()).toBeUndefined();
  });
});

describe("the secret of the environment", () => {
  const keysOf = (pipeline: ReturnType<typeof memoryPipeline>) => pipeline.renditions().map(({ key }) => key);

  test("decides the keys of renditions, so that nobody else can compute them", async () => {
    const [one, other] = [memoryPipeline(), memoryPipeline()];
    await processUploaded(one.upload("a picture"), one.ports);
    await processUploaded(other.upload("a picture"), { ...other.ports, secret: async () => "another" });
    expect(keysOf(one).some((key) => keysOf(other).includes(key))).toBe(false);
  });

  test("can be replaced: a duplicate of an upload from before is not rendered again", async () => {
    const pipeline = memoryPipeline();
    const event = pipeline.upload("a picture");
    await processUploaded(event, pipeline.ports);
    const before = keysOf(pipeline);
    const render = async () => expect.fail("rendered again");
    const rotated = { ...pipeline.ports, render, secret: async () => "another" };
    expect(await processUploaded(event, rotated)).toMatchObject({ decision: "duplicate" });
    expect(keysOf(pipeline)).toEqual(before);
  });

  test("gives an attempt after a crash the same keys", async () => {
    const pipeline = memoryPipeline();
    const event = pipeline.upload("a picture");
    const replace = async () => {
      throw new Error("killed");
    };
    const { ports } = pipeline;
    const dying = { ...ports, manifests: { ...ports.manifests, replace } };
    await expect(processUploaded(event, dying)).rejects.toThrow("killed");
    const before = keysOf(pipeline);
    const { manifest } = await processUploaded(event, ports);
    expect(keysOf(pipeline)).toEqual(before);
    expect(manifest?.renditions.map(({ key }) => key).toSorted()).toEqual(before);
  });
});
