import type { Manifest } from "@image-pipeline/schema/manifest";
import type { MemoryBucket } from "@image-pipeline/testing";
import { deletion, processed, tombstone, upload } from "@image-pipeline/testing";
import { describe, expect, test } from "vitest";
import type { DocumentStore } from "../../src/documents.ts";

const KEY = "manifests/photos/a b.jpg.json";
const first = processed(upload({ sequencer: "10" }));
const second = processed(upload({ sequencer: "20" }));

/** Tests that every document store passes, with manifests and an empty bucket. */
export function documentStoreContract(
  name: string,
  make: () => Promise<{ store: DocumentStore<Manifest>; bucket: MemoryBucket }>,
) {
  describe(name, () => {
    test("returns undefined for a missing document", async () => {
      const { store } = await make();
      expect(await store.read(KEY)).toBeUndefined();
    });

    test("reads the document that was written", async () => {
      const { store } = await make();
      expect(await store.replace(KEY, undefined, first)).toBe(true);
      expect((await store.read(KEY))?.document).toEqual(first);
    });

    test("replaces the manifest that was read", async () => {
      const { store } = await make();
      await store.replace(KEY, undefined, first);
      expect(await store.replace(KEY, await store.read(KEY), second)).toBe(true);
      expect((await store.read(KEY))?.document).toEqual(second);
    });

    test("does not create a document that exists by now", async () => {
      const { store } = await make();
      await store.replace(KEY, undefined, first);
      expect(await store.replace(KEY, undefined, second)).toBe(false);
      expect((await store.read(KEY))?.document).toEqual(first);
    });

    test("replaces none that has changed since it was read", async () => {
      const { store } = await make();
      await store.replace(KEY, undefined, first);
      const stale = await store.read(KEY);
      await store.replace(KEY, stale, second);
      expect(await store.replace(KEY, stale, first)).toBe(false);
      expect((await store.read(KEY))?.document).toEqual(second);
    });

    test("replaces none that has gone since it was read", async () => {
      const { store, bucket } = await make();
      await store.replace(KEY, undefined, first);
      const stale = await store.read(KEY);
      bucket.remove(KEY);
      expect(await store.replace(KEY, stale, second)).toBe(false);
    });

    test("lets one of many writers through", async () => {
      const { store } = await make();
      const written = await Promise.all(
        Array.from({ length: 8 }, () => store.replace(KEY, undefined, first)),
      );
      expect(written.filter(Boolean)).toHaveLength(1);
    });

    test("tags a tombstone, so that it expires, and nothing else", async () => {
      const { store, bucket } = await make();
      await store.replace(KEY, undefined, tombstone(deletion()));
      expect(bucket.get(KEY).tags).toBe("tombstone=true");
      await store.replace(KEY, await store.read(KEY), second);
      expect(bucket.get(KEY).tags).toBe("");
    });

    test.each(["not JSON", "{}", '{"schema":"image-manifest.v2"}'])(
      "refuses %s as unreadable, and does not take it for a missing document",
      async (body) => {
        const { store, bucket } = await make();
        bucket.put(KEY, new TextEncoder().encode(body));
        await expect(store.read(KEY)).rejects.toMatchObject({ code: "MANIFEST_UNREADABLE" });
      },
    );
  });
}
