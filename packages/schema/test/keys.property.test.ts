import fc from "fast-check";
import { expect, test } from "vitest";
import { toImageId, toManifestKey, toRenditionKey, toRenditionPrefix, toRenditionTag } from "../src/keys.ts";

const key = fc.string({ unit: "binary", minLength: 1, maxLength: 1100 });
const source = fc.record({
  bucket: fc.constantFrom("uploads", "other"),
  key,
  eTag: fc.string({ minLength: 1 }),
  versionId: fc.option(fc.string({ minLength: 1 })),
  sequencer: fc.option(fc.stringMatching(/^[0-9A-F]{1,20}$/)),
});

test("image ids are 26 characters of base32 for any key", () => {
  fc.assert(
    fc.property(key, (k) => {
      expect(toImageId("uploads", k)).toMatch(/^[a-z2-7]{26}$/);
    }),
  );
});

test("an image id is the base32 of the SHA-256 of bucket and key", () => {
  // printf 'uploads/a.jpg' | openssl sha256 -binary | base32 | head -c 26 | tr A-Z a-z
  expect(toImageId("uploads", "a.jpg")).toBe("r7uij5djcufxqn4rwn4jx52uv5");
});

test("no manifest key passes 1,024 bytes, and no two source keys share one", () => {
  fc.assert(
    fc.property(key, key, (a, b) => {
      expect(Buffer.byteLength(toManifestKey("uploads", a))).toBeLessThanOrEqual(1024);
      expect(toManifestKey("uploads", a) === toManifestKey("uploads", b)).toBe(a === b);
    }),
  );
});

test("a source key that looks like a hashed manifest does not share that manifest", () => {
  const long = "k".repeat(1024);
  const hashed = toManifestKey("uploads", long);
  expect(toManifestKey("uploads", hashed.replace(/^manifests\//, ""))).not.toBe(hashed);
});

test("a tag depends on every part of the source's identity, on the recipe and on the secret, and on nothing else", () => {
  fc.assert(
    fc.property(source, source, (a, b) => {
      const same = JSON.stringify(a) === JSON.stringify(b);
      expect(toRenditionTag(a, "r", "k") === toRenditionTag(b, "r", "k")).toBe(same);
      expect(toRenditionTag(a, "r", "k")).toBe(toRenditionTag({ ...a }, "r", "k"));
      expect(toRenditionTag(a, "r", "k")).not.toBe(toRenditionTag(a, "s", "k"));
      expect(toRenditionTag(a, "r", "k")).not.toBe(toRenditionTag(a, "r", "another"));
    }),
  );
});

test("renditions of one image never have the prefix of another", () => {
  fc.assert(
    fc.property(key, key, (a, b) => {
      fc.pre(a !== b);
      const rendition = toRenditionKey({
        imageId: toImageId("uploads", b),
        tag: "t",
        preset: "p",
        extension: "webp",
      });
      expect(rendition.startsWith(toRenditionPrefix(toImageId("uploads", a), "t"))).toBe(false);
    }),
  );
});
