import { createHash } from "node:crypto";
import { toRenditionMetadata } from "@image-pipeline/schema/processing";
import { type MemoryBucket, SECRET, type StoredObject } from "@image-pipeline/testing";
import { describe, expect, test } from "vitest";
import type { SourceStore } from "../../src/ports.ts";

const MAX_BYTES = 100_000_000;
const sha256Of = (text: string) => createHash("sha256").update(text).digest("hex");
const bytes = (text: string) => new TextEncoder().encode(text);

/** Returns the fields that an event has of an object in the bucket `uploads`. */
export function toSource({ key, eTag, body }: StoredObject, versionId: string | null = null) {
  const source = { bucket: "uploads", key, eTag: eTag.replaceAll('"', ""), versionId };
  return { ...source, size: body.byteLength, sequencer: "10" };
}

/** Tests that every source store passes, with an empty versioned bucket. */
export function sourceStoreContract(
  name: string,
  make: () => Promise<{ store: SourceStore; bucket: MemoryBucket }>,
) {
  describe(name, () => {
    test.each(["photos/a b.jpg", "a+b%20c.jpg", "é/日本語.png", `"quoted" & <signs>?#`])(
      "reads the bytes of %s",
      async (key) => {
        const { store, bucket } = await make();
        const source = toSource(bucket.put(key, bytes("pixels")));
        const read = await store.read(source, MAX_BYTES);
        expect([new TextDecoder().decode(read.bytes), read.isFalselyMarked]).toEqual(["pixels", false]);
      },
    );

    test("reads the given version although a newer one exists", async () => {
      const { store, bucket } = await make();
      const object = bucket.put("a.jpg", bytes("first"));
      bucket.put("a.jpg", bytes("second"));
      const read = await store.read(toSource(object, object.versionId), MAX_BYTES);
      expect(new TextDecoder().decode(read.bytes)).toBe("first");
    });

    test("refuses a source with another eTag: SOURCE_CHANGED", async () => {
      const { store, bucket } = await make();
      const source = toSource(bucket.put("a.jpg", bytes("first")));
      bucket.put("a.jpg", bytes("second"));
      await expect(store.read(source, MAX_BYTES)).rejects.toMatchObject({ code: "SOURCE_CHANGED" });
    });

    test("a key that was deleted is gone: SOURCE_GONE", async () => {
      const { store, bucket } = await make();
      const source = toSource(bucket.put("a.jpg", bytes("first")));
      bucket.remove("a.jpg");
      await expect(store.read(source, MAX_BYTES)).rejects.toMatchObject({ code: "SOURCE_GONE" });
    });

    test("a version that was removed for good is gone: SOURCE_GONE", async () => {
      const { store, bucket } = await make();
      const object = bucket.put("a.jpg", bytes("first"));
      bucket.put("a.jpg", bytes("second"));
      bucket.remove("a.jpg", object.versionId);
      await expect(store.read(toSource(object, object.versionId), MAX_BYTES)).rejects.toMatchObject({
        code: "SOURCE_GONE",
      });
    });

    test("a rendition that was copied with its mark is refused: SOURCE_GENERATED", async () => {
      const { store, bucket } = await make();
      const metadata = toRenditionMetadata({ sha256: sha256Of("ours"), secret: SECRET });
      const source = toSource(bucket.put("a.jpg", bytes("ours"), { metadata }));
      await expect(store.read(source, MAX_BYTES)).rejects.toMatchObject({ code: "SOURCE_GENERATED" });
    });

    test.each([
      ["without a mark", { "generated-by": "image-pipeline" }],
      ["with the mark of other bytes", toRenditionMetadata({ sha256: sha256Of("ours"), secret: SECRET })],
      [
        "with the mark of another environment",
        toRenditionMetadata({ sha256: sha256Of("new"), secret: "no" }),
      ],
    ])(
      "an object that only says that the pipeline wrote it is read, and told: %s",
      async (_name, metadata) => {
        const { store, bucket } = await make();
        const source = toSource(bucket.put("a.jpg", bytes("new"), { metadata: { ...metadata } }));
        expect((await store.read(source, MAX_BYTES)).isFalselyMarked).toBe(true);
      },
    );

    test.each([
      ["less", 3],
      ["more", 600],
    ])("an event that says %s bytes than the object has is refused: MESSAGE_REFUSED", async (_name, size) => {
      const { store, bucket } = await make();
      const source = { ...toSource(bucket.put("a.jpg", bytes("six by"))), size };
      await expect(store.read(source, MAX_BYTES)).rejects.toMatchObject({ code: "MESSAGE_REFUSED" });
    });
  });
}
