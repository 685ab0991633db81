import { Manifest } from "@image-pipeline/schema/manifest";
import { deletion } from "@image-pipeline/testing";
import { describe, expect, test } from "vitest";
import { processDeleted } from "../src/delete.ts";
import { processUploaded } from "../src/upload.ts";
import { memoryPipeline } from "./memory/memory-pipeline.ts";

describe("a delete", () => {
  test("leaves a tombstone, removes the renditions, and sends one result event", async () => {
    const pipeline = memoryPipeline();
    await processUploaded(pipeline.upload("a picture"), pipeline.ports);
    const event = deletion({ sequencer: pipeline.nextSequencer() });
    const { decision, manifest } = await processDeleted(event, pipeline.ports);
    expect(decision).toBe("remove");
    expect(Manifest.parse(manifest)).toMatchObject({
      status: "deleted",
      source: { sequencer: "2".padStart(18, "0") },
    });
    expect(pipeline.processed.get("manifests/photos/a.jpg.json").tags).toBe("tombstone=true");
    expect(pipeline.renditions()).toEqual([]);
    expect(pipeline.results.map(({ type }) => type)).toEqual(["image.processed", "image.removed"]);
  });

  test("removes superseded renditions as well, which would else wait for their grace period", async () => {
    const pipeline = memoryPipeline();
    await processUploaded(pipeline.upload("first"), pipeline.ports);
    await processUploaded(pipeline.upload("second"), pipeline.ports);
    await processDeleted(deletion({ sequencer: pipeline.nextSequencer() }), pipeline.ports);
    expect(pipeline.renditions()).toEqual([]);
  });

  test("of `a` touches no rendition of `a/b`, nor of `a.jpg`", async () => {
    const pipeline = memoryPipeline();
    for (const key of ["a", "a/b", "a.jpg"])
      await processUploaded(pipeline.upload(`picture ${key}`, key), pipeline.ports);
    await processDeleted(deletion({ key: "a", sequencer: pipeline.nextSequencer() }), pipeline.ports);
    expect(await pipeline.manifest("a")).toMatchObject({ status: "deleted" });
    for (const key of ["a/b", "a.jpg"]) {
      const renditions = (await pipeline.manifest(key))?.renditions ?? [];
      expect(renditions.map(({ key }) => pipeline.processed.get(key).tags)).toEqual(["", ""]);
    }
  });

  test("that arrives before its upload leaves a tombstone, and the upload is refused", async () => {
    const pipeline = memoryPipeline({ versioned: true });
    const event = pipeline.upload("a picture");
    await processDeleted(deletion({ sequencer: pipeline.nextSequencer() }), pipeline.ports);
    expect(await processUploaded(event, pipeline.ports)).toMatchObject({ decision: "resurrect-refused" });
    expect(await pipeline.manifest()).toMatchObject({ status: "deleted" });
  });

  test("that comes after a newer upload changes nothing", async () => {
    const pipeline = memoryPipeline();
    const event = deletion({ sequencer: pipeline.nextSequencer() });
    await processUploaded(pipeline.upload("newer"), pipeline.ports);
    expect(await processDeleted(event, pipeline.ports)).toMatchObject({ decision: "stale" });
    expect(await pipeline.manifest()).toMatchObject({ status: "processed" });
    expect(pipeline.results.map(({ type }) => type)).toEqual(["image.processed"]);
  });

  test("that comes twice finishes a removal that was cut short, and sends its result event again", async () => {
    const pipeline = memoryPipeline();
    await processUploaded(pipeline.upload("a picture"), pipeline.ports);
    const event = deletion({ sequencer: pipeline.nextSequencer() });
    const remove = async () => {
      throw new Error("killed");
    };
    const renditions = { ...pipeline.ports.renditions, remove };
    await expect(processDeleted(event, { ...pipeline.ports, renditions })).rejects.toThrow("killed");
    expect(await pipeline.manifest()).toMatchObject({ status: "deleted" });
    expect(await processDeleted(event, pipeline.ports)).toMatchObject({ decision: "duplicate" });
    expect(pipeline.renditions()).toEqual([]);
    expect(pipeline.results.at(-1)?.type).toBe("image.removed");
  });

  test("leaves the tombstone before it removes anything, so that no reader follows a manifest to nothing", async () => {
    const pipeline = memoryPipeline();
    await processUploaded(pipeline.upload("a picture"), pipeline.ports);
    const seen: (string | undefined)[] = [];
    const remove = async () => void seen.push((await pipeline.manifest())?.status);
    const renditions = { ...pipeline.ports.renditions, remove };
    await processDeleted(deletion({ sequencer: "9".padStart(18, "0") }), { ...pipeline.ports, renditions });
    expect(seen).toEqual(["deleted"]);
  });
});

describe("the delete of one version for good", () => {
  const ofVersion = (versionId: string, sequencer: string) =>
    deletion({ versionId, sequencer, deleteMarker: false });

  test("that comes before any upload event leaves the key's other versions alive", async () => {
    const pipeline = memoryPipeline({ versioned: true });
    const [first, second] = [pipeline.upload("first"), pipeline.upload("second")];
    pipeline.uploads.remove("photos/a.jpg", first.data.versionId ?? "");
    const removal = ofVersion(first.data.versionId ?? "", pipeline.nextSequencer());
    await processDeleted(removal, pipeline.ports);
    expect(await processUploaded(first, pipeline.ports)).toMatchObject({ decision: "resurrect-refused" });
    expect(await processUploaded(second, pipeline.ports)).toMatchObject({ decision: "process" });
  });

  test("of the version an image was made from removes the image, and lets a version between live", async () => {
    const pipeline = memoryPipeline({ versioned: true });
    const [first, second] = [pipeline.upload("first"), pipeline.upload("second")];
    await processUploaded(first, pipeline.ports);
    const removal = ofVersion(first.data.versionId ?? "", pipeline.nextSequencer());
    await processDeleted(removal, pipeline.ports);
    expect(await pipeline.manifest()).toMatchObject({ status: "deleted", versionOnly: true });
    expect(pipeline.renditions()).toEqual([]);
    await processUploaded(second, pipeline.ports);
    expect(await pipeline.manifest()).toMatchObject({
      status: "processed",
      source: { versionId: second.data.versionId },
    });
  });

  test("of an old version, as a lifecycle rule does, leaves the image of the newest alone", async () => {
    const pipeline = memoryPipeline({ versioned: true });
    const [first, second] = [pipeline.upload("first"), pipeline.upload("second")];
    await processUploaded(second, pipeline.ports);
    const removal = ofVersion(first.data.versionId ?? "", pipeline.nextSequencer());
    expect(await processDeleted(removal, pipeline.ports)).toMatchObject({ decision: "stale" });
    expect(await pipeline.manifest()).toMatchObject({ status: "processed" });
  });
});
