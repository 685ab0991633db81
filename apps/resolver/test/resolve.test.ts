import { toManifestKey } from "@image-pipeline/schema/keys";
import type { Manifest } from "@image-pipeline/schema/manifest";
import { aRendition, aSource, processed, rejected, tombstone, UPLOADS } from "@image-pipeline/testing";
import { describe, expect, it } from "vitest";
import type { ReadableAddress } from "../src/readable-address.ts";
import { type QuarantineCheck, resolve } from "../src/resolve.ts";

type State = Awaited<ReturnType<QuarantineCheck["stateOf"]>>;

const source = aSource({ key: "photos/my cat.JPG" });
const one = aRendition(source);
const IMAGE = processed(source);

/** Resolves an address against one manifest, under the key that the key's length asks for. */
function answer(
  manifest: Manifest | undefined,
  fields: Partial<ReadableAddress> = {},
  { state = "readable", placeholder }: { state?: State; placeholder?: string } = {},
) {
  const address = { bucket: UPLOADS, key: source.key, preset: "thumb", format: "avif" as const, ...fields };
  const kept = toManifestKey(UPLOADS, address.key);
  return resolve(address, {
    manifests: {
      read: async (key) => (manifest && key === kept ? { document: manifest, eTag: "e" } : undefined),
    },
    quarantine: { stateOf: async () => state },
    placeholder,
  });
}

/** Returns the image with one rendition of the preset in each format. */
function inFormats(...formats: readonly (typeof one.format)[]) {
  const renditions = formats.map((format) => ({ ...one, format, key: one.key.replace("webp", format) }));
  return { ...IMAGE, renditions };
}

describe("a readable address", () => {
  it("leads to the rendition of the manifest, with the source's name and the rendition's extension", async () => {
    expect(await answer(IMAGE)).toEqual({ status: "found", location: `/${one.key}/my%20cat.webp` });
  });

  it("finds the manifest of a key that is too long for a plain one", async () => {
    const key = `${"a".repeat(1020)}.jpg`;
    expect(await answer(processed(aSource({ key })), { key })).toMatchObject({ status: "found" });
  });

  it.each([
    ["avif", "avif", ["jpeg", "webp", "avif"]],
    ["avif", "webp", ["jpeg", "webp"]],
    ["webp", "webp", ["avif", "jpeg", "webp"]],
    ["webp", "jpeg", ["avif", "jpeg"]],
    ["jpeg", "jpeg", ["avif", "webp", "jpeg"]],
    ["jpeg", "png", ["avif", "png"]],
    ["jpeg", "avif", ["avif"]],
  ] as const)("for %s leads to %s out of %j", async (format, chosen, formats) => {
    const found = await answer(inFormats(...formats), { format });
    expect(found).toMatchObject({ location: expect.stringContaining(`/thumb.${chosen}/`) });
  });

  it("is missing without a manifest, without the preset, and without the rendition", async () => {
    expect(await answer(undefined)).toEqual({ status: "missing" });
    expect(await answer(IMAGE, { preset: "huge" })).toEqual({ status: "missing" });
    expect(await answer(IMAGE, {}, { state: "missing" })).toEqual({ status: "missing" });
  });

  it("tells a deleted and a quarantined image", async () => {
    expect(await answer(tombstone(source))).toEqual({ status: "deleted" });
    expect(await answer(IMAGE, {}, { state: "quarantined" })).toEqual({ status: "quarantined" });
  });

  it("of a rejected upload leads to the placeholder, if there is one", async () => {
    const placeholder = "https://example.com/broken.svg";
    expect(await answer(rejected(source))).toEqual({ status: "rejected" });
    expect(await answer(rejected(source), {}, { placeholder })).toEqual({
      status: "placeholder",
      location: placeholder,
    });
  });
});
