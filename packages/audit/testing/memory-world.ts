import { type Manifest, type Source, toImageId, toManifestKey } from "@image-pipeline/schema";
import type { Audit, AuditRules } from "../src/audit-rules.ts";
import { compareKeys } from "../src/in-manifest-order.ts";
import type { ListedRendition, ListedSource } from "../src/ports.ts";
import { processed, RECIPE, UPLOADS } from "./manifests.ts";
import { streamOf } from "./streams.ts";

const LONG_AGO = new Date("2025-01-01");

/** Three buckets' worth of keys, which a test fills and breaks as it likes. */
export class MemoryWorld {
  readonly sources = new Map<string, ListedSource>();
  readonly manifests = new Map<string, Manifest>();
  readonly renditions = new Map<string, ListedRendition>();

  /** An image as the pipeline leaves it: a source, its manifest, and what that names. */
  add(source: Source): void {
    const { key, eTag, size } = source;
    const manifest = processed(source);
    this.sources.set(key, { key, eTag, size, modifiedAt: LONG_AGO });
    this.manifests.set(toManifestKey(UPLOADS, key), manifest);
    for (const rendition of manifest.renditions)
      this.renditions.set(rendition.key, {
        key: rendition.key,
        bytes: rendition.bytes,
        modifiedAt: LONG_AGO,
      });
  }

  /** @param rules other than those that look at everything */
  audit(rules: Partial<AuditRules> = {}): Audit {
    return {
      ports: {
        sources: {
          bucket: UPLOADS,
          list: (prefix, after) => streamOf(listed([...this.sources.values()], prefix, after)),
          find: async (key) => {
            const found = this.sources.get(key);
            return found && { ...found, versionId: null, seenAt: new Date("2026-01-02"), isGenerated: false };
          },
        },
        manifests: {
          list: (prefix, after) =>
            streamOf(
              listed(
                [...this.manifests.keys()].map((key) => ({ key })),
                prefix,
                after,
              ).map(({ key }) => key),
            ),
          read: async (key) => this.manifests.get(key),
        },
        renditions: {
          list: (imageId) => streamOf(listed([...this.renditions.values()], `renditions/${imageId}/`)),
          imageIds: () =>
            streamOf(new Set([...this.renditions.keys()].map((key) => key.split("/")[1] ?? ""))),
          isSuperseded: async () => false,
          sha256: async () => undefined,
          remove: async () => undefined,
        },
      },
      rules: {
        now: new Date("2026-01-02"),
        graceMilliseconds: 60_000,
        supersededMilliseconds: 0,
        hashesAll: false,
        isCurrent: ({ recipe }) => recipe === RECIPE,
        isProcessed: () => true,
        prefix: "",
        ...rules,
      },
    };
  }

  /** Takes away what the manifest of a source names. */
  loseRenditions(key: string): void {
    const imageId = toImageId(UPLOADS, key);
    for (const rendition of this.renditions.keys())
      if (rendition.startsWith(`renditions/${imageId}/`)) this.renditions.delete(rendition);
  }
}

/** As S3 lists. */
function listed<Item extends { key: string }>(items: readonly Item[], prefix: string, after = ""): Item[] {
  return items
    .filter(({ key }) => key.startsWith(prefix) && compareKeys(key, after) > 0)
    .toSorted((a, b) => compareKeys(a.key, b.key));
}
