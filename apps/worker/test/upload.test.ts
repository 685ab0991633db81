import { createHash } from "node:crypto";
import { ImageRejection, toPlanHash } from "@image-pipeline/imaging";
import { Presets } from "@image-pipeline/schema/config";
import { Manifest } from "@image-pipeline/schema/manifest";
import { toRenditionMetadata } from "@image-pipeline/schema/processing";
import { VERSION } from "@image-pipeline/schema/version";
import { deletion, FACTS, SECRET } from "@image-pipeline/testing";
import { describe, expect, test } from "vitest";
import { processDeleted } from "../src/delete.ts";
import type { RenderImage } from "../src/ports.ts";
import { processUploaded } from "../src/upload.ts";
import { memoryPipeline, PRESETS } from "./memory/memory-pipeline.ts";
import { encoded } from "./renditions.ts";

/** The renditions that the manifest names, each with the tags of its object. */
async function named(pipeline: ReturnType<typeof memoryPipeline>) {
  const manifest = await pipeline.manifest();
  return (manifest?.renditions ?? []).map(({ key }) => ({ key, tags: pipeline.processed.get(key).tags }));
}

describe("an upload", () => {
  test("leaves its renditions, a manifest that names them, and one result event", async () => {
    const pipeline = memoryPipeline();
    const event = pipeline.upload("a picture");
    const outcome = await processUploaded(event, pipeline.ports);
    expect(outcome.decision).toBe("process");
    expect(Manifest.parse(outcome.manifest)).toEqual(await pipeline.manifest());
    expect(outcome.manifest).toMatchObject({
      status: "processed",
      source: { key: "photos/a.jpg", sequencer: "1".padStart(18, "0") },
      eventTime: event.time,
      pipelineVersion: VERSION,
      renditions: [{ preset: "thumb", bytes: 18 }, { preset: "small" }],
    });
    expect(pipeline.renditions()).toHaveLength(2);
    expect(await named(pipeline)).toEqual(expect.arrayContaining(pipeline.renditions()));
    expect(pipeline.results.map(({ type }) => type)).toEqual(["image.processed"]);
  });

  test("lists its renditions in the order of the presets and their formats, however the engine emits them", async () => {
    const { ports, upload, results } = memoryPipeline();
    const presets = Presets.parse({
      thumb: { width: 2, formats: ["webp", "jpeg"] },
      large: { width: 8, formats: ["jpeg", "webp"] },
      small: { width: 4, formats: ["webp", "jpeg"] },
    });
    const render: RenderImage = async (_source, _recipe, emit) => {
      for (const preset of ["large", "small", "thumb"])
        for (const format of ["webp", "jpeg"] as const) emit({ ...encoded("pixels", preset), format });
      return FACTS;
    };
    await processUploaded(upload("a picture"), { ...ports, presets, render });
    const [event] = results;
    const { renditions } = event?.type === "image.processed" ? event.data : { renditions: [] };
    expect(renditions.map(({ preset, format }) => `${preset} ${format}`)).toEqual([
      "thumb webp",
      "thumb jpeg",
      "large jpeg",
      "large webp",
      "small webp",
      "small jpeg",
    ]);
  });

  test("stores the plan hash in the manifest", async () => {
    const { ports, upload } = memoryPipeline();
    const { manifest } = await processUploaded(upload("a picture"), ports);
    expect(manifest).toMatchObject({ plan: toPlanHash({ facts: FACTS }, ports) });
    const { manifest: damaged } = await processUploaded(upload("bad picture"), ports);
    expect(damaged).not.toHaveProperty("plan");
  });

  test("that comes twice does no work twice, and sends the same result event again", async () => {
    const pipeline = memoryPipeline();
    const event = pipeline.upload("a picture");
    await processUploaded(event, pipeline.ports);
    const render = async () => expect.fail("rendered again");
    const { decision } = await processUploaded(event, { ...pipeline.ports, render });
    expect(decision).toBe("duplicate");
    expect(pipeline.results[1]).toEqual(pipeline.results[0]);
  });

  test("is not rendered again under a recipe with the same plan for it", async () => {
    const pipeline = memoryPipeline();
    const event = pipeline.upload("a picture");
    await processUploaded(event, pipeline.ports);
    const limits = { ...pipeline.ports.limits, maxBytes: pipeline.ports.limits.maxBytes + 1 };
    const again = { ...pipeline.ports, limits, render: async () => expect.fail("rendered again") };
    expect(await processUploaded(event, again)).toMatchObject({ decision: "duplicate" });
  });

  test("replaces the one before it, whose renditions expire after the grace period", async () => {
    const pipeline = memoryPipeline();
    await processUploaded(pipeline.upload("first"), pipeline.ports);
    await processUploaded(pipeline.upload("second"), pipeline.ports);
    expect(await pipeline.manifest()).toMatchObject({ source: { sequencer: "2".padStart(18, "0") } });
    expect((await named(pipeline)).map(({ tags }) => tags)).toEqual(["", ""]);
    const tags = pipeline.renditions().map((rendition) => rendition.tags);
    expect(tags.toSorted()).toEqual(["", "", "superseded=true", "superseded=true"]);
  });

  test("under new presets is rendered again, though it is the same upload", async () => {
    const pipeline = memoryPipeline();
    const event = pipeline.upload("a picture");
    await processUploaded(event, pipeline.ports);
    const { thumb } = PRESETS;
    const presets = thumb ? { thumb } : {};
    const outcome = await processUploaded(event, { ...pipeline.ports, presets });
    expect(outcome).toMatchObject({ decision: "process", manifest: { renditions: [{ preset: "thumb" }] } });
    expect(pipeline.renditions().filter(({ tags }) => tags === "")).toHaveLength(1);
  });
});

test("a new image's manifest is read once, and one that replaces another is read again before it is written", async () => {
  const { ports, upload } = memoryPipeline();
  let reads = 0;
  const manifests = {
    ...ports.manifests,
    read: (key: string) => ports.manifests.read(key).finally(() => reads++),
  };
  await processUploaded(upload("a picture"), { ...ports, manifests });
  expect(reads).toBe(1);
  await processUploaded(upload("a newer picture"), { ...ports, manifests });
  expect(reads).toBe(3);
});

test("the manifest of another event that was written while a new image was rendered decides as before", async () => {
  const { ports, upload } = memoryPipeline();
  const [older, newer] = [upload("a picture"), upload("a newer picture")];
  const render: RenderImage = async (source, recipe, emit) => {
    await processUploaded(newer, ports);
    return ports.render(source, recipe, emit);
  };
  const sources = { read: async () => ports.sources.read(newer.data, 1e6) };
  const outcome = await processUploaded(older, { ...ports, render, sources });
  expect(outcome).toMatchObject({ decision: "stale", manifest: { source: { eTag: newer.data.eTag } } });
});

test("the metadata focus of an upload reaches the engine, from the read of the source itself", async () => {
  const { ports, upload } = memoryPipeline();
  const given: unknown[] = [];
  const render: RenderImage = (source, recipe, emit) => {
    given.push(recipe.focus);
    return ports.render(source, recipe, emit);
  };
  await processUploaded(upload("a picture", "a.jpg", { focus: "0.3,0.7" }), { ...ports, render });
  await processUploaded(upload("a picture", "b.jpg"), { ...ports, render });
  expect(given).toEqual(["0.3,0.7", undefined]);
});

describe("an upload below the prefix of a preset rule", () => {
  const rule = (...presets: string[]) => [{ prefix: "avatars/", presets }];

  test("gets only the presets of its rule", async () => {
    const { ports, upload } = memoryPipeline();
    const ruled = { ...ports, presetRules: rule("thumb") };
    const avatar = await processUploaded(upload("me", "avatars/me.jpg"), ruled);
    const photograph = await processUploaded(upload("a picture"), ruled);
    const presetsOf = ({ manifest }: typeof avatar) => manifest?.renditions.map(({ preset }) => preset);
    expect([presetsOf(avatar), presetsOf(photograph)]).toEqual([["thumb"], ["thumb", "small"]]);
  });

  test("is rendered again when its rule changes, and no other upload is", async () => {
    const { ports, upload } = memoryPipeline();
    const events = [upload("me", "avatars/me.jpg"), upload("a picture"), upload("bad picture", "bad.jpg")];
    const decisions = async (presetRules: ReturnType<typeof rule>) => {
      const outcomes = [];
      for (const event of events) outcomes.push(await processUploaded(event, { ...ports, presetRules }));
      return outcomes.map(({ decision }) => decision);
    };
    expect(await decisions(rule("thumb"))).toEqual(["process", "process", "process"]);
    expect(await decisions(rule("small"))).toEqual(["process", "duplicate", "duplicate"]);
  });
});

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
        sources: { read: (...source) => sources.read(...source).finally(() => runOut("to read the source")) },
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
