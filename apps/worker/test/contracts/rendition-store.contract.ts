import type { MemoryBucket } from "@image-pipeline/testing";
import { describe, expect, test } from "vitest";
import type { RenditionStore } from "../../src/ports.ts";
import { encoded } from "../renditions.ts";

/** Tests that every rendition store passes, with an empty bucket. */
export function renditionStoreContract(
  name: string,
  make: () => Promise<{ store: RenditionStore; bucket: MemoryBucket }>,
) {
  /** Two renditions of one tag, and one of a tag whose name begins with it. */
  async function filled() {
    const made = await make();
    for (const key of ["renditions/id/tag/a.webp", "renditions/id/tag/b.jpg", "renditions/id/tag2/a.webp"])
      await made.store.put(key, encoded(key));
    return made;
  }

  describe(name, () => {
    test("puts a rendition's bytes and content type", async () => {
      const { bucket } = await filled();
      const { body, contentType, tags } = bucket.get("renditions/id/tag/a.webp");
      expect(new TextDecoder().decode(body)).toBe("renditions/id/tag/a.webp");
      expect({ contentType, tags }).toEqual({ contentType: "image/webp", tags: "" });
    });

    test("lets the renditions of a tag expire, with their bytes and content type unchanged", async () => {
      const { store, bucket } = await filled();
      const before = bucket.get("renditions/id/tag/a.webp");
      await store.expire("renditions/id/tag/");
      const { eTag, contentType } = before;
      expect(bucket.get("renditions/id/tag/a.webp")).toMatchObject({
        eTag,
        contentType,
        tags: "superseded=true",
      });
      expect(bucket.get("renditions/id/tag/b.jpg").tags).toBe("superseded=true");
      expect(bucket.get("renditions/id/tag2/a.webp").tags).toBe("");
    });

    test("a rendition that is put again does not expire any more", async () => {
      const { store, bucket } = await filled();
      await store.expire("renditions/id/tag/");
      await store.put("renditions/id/tag/a.webp", encoded("renditions/id/tag/a.webp"));
      expect(bucket.get("renditions/id/tag/a.webp").tags).toBe("");
    });

    test("removes the renditions of a tag and no other", async () => {
      const { store, bucket } = await filled();
      await store.remove("renditions/id/tag/");
      expect(bucket.list()).toEqual(["renditions/id/tag2/a.webp"]);
    });

    test("ignores a prefix without objects", async () => {
      const { store, bucket } = await make();
      await store.expire("renditions/none/");
      await store.remove("renditions/none/");
      expect(bucket.list()).toEqual([]);
    });
  });
}
