import { toPlanHash } from "@image-pipeline/imaging";
import { Presets } from "@image-pipeline/schema/config";
import { Manifest } from "@image-pipeline/schema/manifest";
import { PipelineError } from "@image-pipeline/schema/processing";
import { VERSION } from "@image-pipeline/schema/version";
import { FACTS } from "@image-pipeline/testing";
import { describe, expect, test } from "vitest";
import type { RenderImage } from "../src/ports.ts";
import { processUploaded } from "../src/upload.ts";
import { memoryPipeline, named, PRESETS } from "./memory/memory-pipeline.ts";
import { encoded } from "./renditions.ts";

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

  test("has its source read beside its manifest, and fails like before if that fails", async () => {
    const pipeline = memoryPipeline();
    const event = pipeline.upload("a picture");
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const sources = {
      async read() {
        begin();
        throw new PipelineError("SOURCE_GONE", "it is gone");
      },
    };
    const read = (key: string) => begun.then(() => pipeline.ports.manifests.read(key));
    const manifests = { ...pipeline.ports.manifests, read };
    const outcome = processUploaded(event, { ...pipeline.ports, sources, manifests });
    await expect(outcome).rejects.toMatchObject({ code: "SOURCE_GONE" });
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
