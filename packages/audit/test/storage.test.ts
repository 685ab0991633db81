import { s3Manifests, s3Renditions, s3Sources } from "@image-pipeline/audit/storage";
import { toImageId } from "@image-pipeline/schema/keys";
import { toRenditionMetadata } from "@image-pipeline/schema/processing";
import {
  aRendition,
  aSource,
  collect,
  PROCESSED,
  pixelsOf,
  processed,
  UPLOADS,
} from "@image-pipeline/testing";
import { type PipelineBuckets, pipelineBuckets } from "@image-pipeline/testing/fauxqs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

let world: PipelineBuckets;
beforeAll(async () => {
  world = await pipelineBuckets();
});
beforeEach(() => world.empty());
afterAll(() => world.stop());

describe("the sources", () => {
  test("are listed across pages, behind the key they are asked for", async () => {
    for (let index = 0; index < 1005; index++)
      await world.put(UPLOADS, `p/${String(index).padStart(4, "0")}`, "x");
    const keys = (await collect(s3Sources(world.s3, UPLOADS).list("p/", "p/0001"))).map(({ key }) => key);
    expect([keys.length, keys[0], keys.at(-1)]).toEqual([1003, "p/0002", "p/1004"]);
  });

  const keys = ["a b/ü+%20&<𝒳>.jpg", "k/cr\rlf.jpg", "k/\u0001\u001b[2J.jpg", "k/a\nb.jpg"];
  test.each(keys)("are found under the key %j, as an event would tell of them", async (key) => {
    const { eTag, size } = await world.putSource(key);
    const sources = s3Sources(world.s3, UPLOADS);
    const [listed] = await collect(sources.list(""));
    const { seenAt, modifiedAt, ...found } = (await sources.find(key)) ?? {};
    expect(listed).toMatchObject({ key, eTag, size });
    expect(found).toEqual({ key, eTag, size, versionId: null, isGenerated: false });
    expect(Number(seenAt) - Number(modifiedAt)).toBeGreaterThanOrEqual(0);
  });

  test("tell what may be a rendition by its mark, and not by metadata that anybody can write", async () => {
    await world.putSource("mine", "x", toRenditionMetadata({ sha256: "any", secret: "secret" }));
    await world.putSource("forged", "x", { "generated-by": "image-pipeline" });
    const sources = s3Sources(world.s3, UPLOADS);
    expect(await sources.find("mine")).toMatchObject({ isGenerated: true });
    expect(await sources.find("forged")).toMatchObject({ isGenerated: false });
  });

  test("that are not there are not found", async () => {
    expect(await s3Sources(world.s3, UPLOADS).find("nowhere")).toBeUndefined();
  });

  test("of a bucket that is not there cannot be listed", async () => {
    await expect(collect(s3Sources(world.s3, "no-such-bucket").list(""))).rejects.toThrow();
  });
});

describe("a manifest", () => {
  test("is read", async () => {
    const manifest = processed(aSource());
    await world.putManifest(manifest);
    expect(await s3Manifests(world.s3, PROCESSED).read("manifests/photos/a.jpg.json")).toEqual(manifest);
  });

  test("that is not there is undefined", async () => {
    expect(await s3Manifests(world.s3, PROCESSED).read("manifests/none.json")).toBeUndefined();
  });

  test.each(["{}", "not JSON"])("of the content %j is unreadable", async (content) => {
    await world.put(PROCESSED, "manifests/odd.json", content);
    expect(await s3Manifests(world.s3, PROCESSED).read("manifests/odd.json")).toBe("unreadable");
  });
});

describe("the renditions", () => {
  const source = aSource();
  const { key, sha256, bytes } = aRendition(source);
  const imageId = toImageId(source.bucket, source.key);

  test("are listed by image, and the images by their ids", async () => {
    await world.put(PROCESSED, key, pixelsOf(source));
    await world.put(PROCESSED, key.replace("thumb", "large"), "more");
    const renditions = s3Renditions(world.s3, PROCESSED);
    expect(await collect(renditions.imageIds())).toEqual([imageId]);
    expect((await collect(renditions.list(imageId))).map((listed) => listed.bytes)).toEqual([4, bytes]);
  });

  test("tell their SHA-256 and whether they are superseded, or that they are gone", async () => {
    await world.put(PROCESSED, key, pixelsOf(source), { superseded: "true" });
    const renditions = s3Renditions(world.s3, PROCESSED);
    expect([await renditions.sha256(key), await renditions.isSuperseded(key)]).toEqual([sha256, true]);
    expect([await renditions.sha256("x"), await renditions.isSuperseded("x")]).toEqual([
      undefined,
      undefined,
    ]);
  });

  test("are removed, and what is gone already is no fault", async () => {
    await world.put(PROCESSED, key, "x");
    const renditions = s3Renditions(world.s3, PROCESSED);
    await renditions.remove([key, "renditions/none"]);
    expect(await collect(renditions.list(imageId))).toEqual([]);
  });
});
