import { deletion } from "@image-pipeline/testing";
import { describe, expect, test } from "vitest";
import { processDeleted } from "../src/delete.ts";
import { processUploaded } from "../src/upload.ts";
import { memoryPipeline, named } from "./memory/memory-pipeline.ts";

describe("newest wins", () => {
  test("the older of two uploads that comes last, and can still be read by its version, changes nothing", async () => {
    const pipeline = memoryPipeline({ versioned: true });
    const [first, second] = [pipeline.upload("first"), pipeline.upload("second")];
    await processUploaded(second, pipeline.ports);
    const standing = await pipeline.manifest();
    expect(await processUploaded(first, pipeline.ports)).toMatchObject({ decision: "stale" });
    expect(await pipeline.manifest()).toEqual(standing);
  });

  test("the older of two uploads at work at once gives way, and its renditions expire", async () => {
    const pipeline = memoryPipeline({ versioned: true });
    const [first, second] = [pipeline.upload("first"), pipeline.upload("second")];
    const overtaken = await processUploaded(first, {
      ...pipeline.ports,
      render: async (...rendering) => {
        await processUploaded(second, pipeline.ports);
        return pipeline.ports.render(...rendering);
      },
    });
    expect(overtaken.decision).toBe("stale");
    expect(await pipeline.manifest()).toMatchObject({ source: { sequencer: "2".padStart(18, "0") } });
    expect((await named(pipeline)).map(({ tags }) => tags)).toEqual(["", ""]);
    expect(pipeline.renditions().filter(({ tags }) => tags === "")).toHaveLength(2);
  });

  test("an upload whose object has changed by now is stale: SOURCE_CHANGED", async () => {
    const pipeline = memoryPipeline();
    const first = pipeline.upload("first");
    pipeline.upload("second");
    await expect(processUploaded(first, pipeline.ports)).rejects.toMatchObject({ code: "SOURCE_CHANGED" });
    expect(await pipeline.manifest()).toBeUndefined();
  });

  test("renditions of an earlier attempt expire when the source is gone", async () => {
    const pipeline = memoryPipeline();
    const event = pipeline.upload("a picture");
    const results = { publish: async () => expect.fail("no manifest was written") };
    const replace = async () => {
      throw new Error("killed before the manifest was written");
    };
    const manifests = { ...pipeline.ports.manifests, replace };
    await expect(processUploaded(event, { ...pipeline.ports, results, manifests })).rejects.toThrow("killed");
    pipeline.uploads.remove("photos/a.jpg");
    await expect(processUploaded(event, pipeline.ports)).rejects.toMatchObject({ code: "SOURCE_GONE" });
    expect(pipeline.renditions().map(({ tags }) => tags)).toEqual(["superseded=true", "superseded=true"]);
  });
});

describe("when other writers are first", () => {
  test("decides again on the manifest that another writer wrote", async () => {
    const pipeline = memoryPipeline({ versioned: true });
    const [first, second] = [pipeline.upload("first"), pipeline.upload("second")];
    const { manifests } = pipeline.ports;
    const replace: typeof manifests.replace = async (...written) => {
      await processUploaded(second, pipeline.ports);
      return manifests.replace(...written);
    };
    const ports = { ...pipeline.ports, manifests: { ...manifests, replace } };
    expect(await processUploaded(first, ports)).toMatchObject({ decision: "stale" });
    expect(await pipeline.manifest()).toMatchObject({ source: { sequencer: "2".padStart(18, "0") } });
  });

  test.each(["upload", "delete"])("fails after eight attempts: MANIFEST_CONTENDED (%s)", async (kind) => {
    const pipeline = memoryPipeline();
    let attempts = 0;
    const replace = async () => ++attempts > 8;
    const ports = { ...pipeline.ports, manifests: { ...pipeline.ports.manifests, replace } };
    const outcome =
      kind === "upload"
        ? processUploaded(pipeline.upload("a picture"), ports)
        : processDeleted(deletion({ sequencer: pipeline.nextSequencer() }), ports);
    await expect(outcome).rejects.toMatchObject({ code: "MANIFEST_CONTENDED" });
    expect(attempts).toBe(8);
  });
});

describe("after a delete", () => {
  test("an older upload is refused, and the renditions of its earlier attempt are removed", async () => {
    const pipeline = memoryPipeline({ versioned: true });
    const event = pipeline.upload("a picture");
    const overtaken = await processUploaded(event, {
      ...pipeline.ports,
      render: async (...rendering) => {
        await processDeleted(deletion({ sequencer: pipeline.nextSequencer() }), pipeline.ports);
        return pipeline.ports.render(...rendering);
      },
    });
    expect(overtaken.decision).toBe("resurrect-refused");
    expect(await pipeline.manifest()).toMatchObject({ status: "deleted" });
    expect(pipeline.renditions()).toEqual([]);
  });

  test("a new upload lives, of the same bytes too, and shares no key with the one before", async () => {
    const pipeline = memoryPipeline();
    const first = await processUploaded(pipeline.upload("same"), pipeline.ports);
    await processDeleted(deletion({ sequencer: pipeline.nextSequencer() }), pipeline.ports);
    const second = await processUploaded(pipeline.upload("same"), pipeline.ports);
    const keysOf = ({ manifest }: typeof first) => manifest?.renditions.map(({ key }) => key) ?? [];
    expect(keysOf(second)).toHaveLength(2);
    expect(new Set([...keysOf(first), ...keysOf(second)]).size).toBe(4);
  });

  test("a new upload completes the removal of a delete that crashed", async () => {
    const pipeline = memoryPipeline();
    await processUploaded(pipeline.upload("first"), pipeline.ports);
    const remove = async () => {
      throw new Error("killed");
    };
    const renditions = { ...pipeline.ports.renditions, remove };
    const event = deletion({ sequencer: pipeline.nextSequencer() });
    await expect(processDeleted(event, { ...pipeline.ports, renditions })).rejects.toThrow("killed");
    await processUploaded(pipeline.upload("second"), pipeline.ports);
    expect(pipeline.renditions().map(({ key }) => key)).toEqual(
      expect.arrayContaining((await named(pipeline)).map(({ key }) => key)),
    );
    expect(pipeline.renditions()).toHaveLength(2);
  });
});
