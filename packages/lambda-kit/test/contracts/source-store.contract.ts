import type { MemoryBucket, StoredObject } from "@image-pipeline/testing";
import { describe, expect, test } from "vitest";
import type { SourceObject, SourceStore } from "../../src/ports.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

const textOf = ({ bytes }: SourceObject) => new TextDecoder().decode(bytes);

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
        expect(textOf(await store.read(source))).toBe("pixels");
      },
    );

    test("returns the metadata of the version that it reads", async () => {
      const { store, bucket } = await make();
      const object = bucket.put("a.jpg", bytes("first"), { metadata: { focus: "0.3,0.7" } });
      bucket.put("a.jpg", bytes("second"), { metadata: { focus: "0,0" } });
      const { metadata } = await store.read(toSource(object, object.versionId));
      expect(metadata).toMatchObject({ focus: "0.3,0.7" });
    });

    test("reads the given version although a newer one exists", async () => {
      const { store, bucket } = await make();
      const object = bucket.put("a.jpg", bytes("first"));
      bucket.put("a.jpg", bytes("second"));
      const read = await store.read(toSource(object, object.versionId));
      expect(textOf(read)).toBe("first");
    });

    test("refuses a source with another eTag: SOURCE_CHANGED", async () => {
      const { store, bucket } = await make();
      const source = toSource(bucket.put("a.jpg", bytes("first")));
      bucket.put("a.jpg", bytes("second"));
      await expect(store.read(source)).rejects.toMatchObject({ code: "SOURCE_CHANGED" });
    });

    test("a key that was deleted is gone: SOURCE_GONE", async () => {
      const { store, bucket } = await make();
      const source = toSource(bucket.put("a.jpg", bytes("first")));
      bucket.remove("a.jpg");
      await expect(store.read(source)).rejects.toMatchObject({ code: "SOURCE_GONE" });
    });

    test("a version that was removed for good is gone: SOURCE_GONE", async () => {
      const { store, bucket } = await make();
      const object = bucket.put("a.jpg", bytes("first"));
      bucket.put("a.jpg", bytes("second"));
      bucket.remove("a.jpg", object.versionId);
      await expect(store.read(toSource(object, object.versionId))).rejects.toMatchObject({
        code: "SOURCE_GONE",
      });
    });

    test("what this pipeline wrote itself is refused: SOURCE_GENERATED", async () => {
      const { store, bucket } = await make();
      const metadata = { "generated-by": "image-pipeline" };
      const source = toSource(bucket.put("a.jpg", bytes("ours"), { metadata }));
      await expect(store.read(source)).rejects.toMatchObject({ code: "SOURCE_GENERATED" });
    });
  });
}
