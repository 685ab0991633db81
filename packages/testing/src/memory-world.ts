import type { Source } from "@image-pipeline/schema/events";
import { toImageId, toManifestKey } from "@image-pipeline/schema/keys";
import type { Manifest } from "@image-pipeline/schema/manifest";
import { UPLOADS } from "./image-events.ts";
import { processed, RECIPE } from "./manifests.ts";
import { streamOf } from "./streams.ts";

const LONG_AGO = new Date("2025-01-01");

interface ListedSource {
  key: string;
  eTag: string;
  size: number;
  modifiedAt: Date;
}

interface ListedRendition {
  key: string;
  bytes: number;
  modifiedAt: Date;
}

/** Rules that check everything; only young objects are left alone. */
const RULES = {
  now: new Date("2026-01-02"),
  graceMilliseconds: 60_000,
  supersededMilliseconds: 0,
  hashesAll: false,
  isCurrent: ({ recipe }: { recipe: string }) => recipe === RECIPE,
  isProcessed: (_key: string) => true,
  prefix: "",
};

/**
 * Sources, manifests and renditions in memory, which a test fills and breaks. `audit()` is an `Audit` of packages/audit, whose
 * tests use it: so its types are repeated here and not imported.
 */
export class MemoryWorld {
  readonly sources = new Map<string, ListedSource>();
  readonly manifests = new Map<string, Manifest>();
  readonly renditions = new Map<string, ListedRendition>();

  /** Adds an image as the pipeline leaves it: its source, its manifest and its renditions. */
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

  /** @param rules other than the default, which checks everything */
  audit(rules: Partial<typeof RULES> = {}) {
    return { ports: this.#ports(), rules: { ...RULES, ...rules } };
  }

  #ports() {
    const { sources, manifests, renditions } = this;
    return {
      sources: {
        bucket: UPLOADS,
        list: (prefix: string, after?: string) => streamOf(listed([...sources.values()], prefix, after)),
        find: async (key: string) => {
          const found = sources.get(key);
          return found && { ...found, versionId: null, seenAt: new Date("2026-01-02"), isGenerated: false };
        },
      },
      manifests: {
        list: (prefix: string, after?: string) => streamOf(keysOf(manifests, prefix, after)),
        read: async (key: string) => manifests.get(key),
      },
      renditions: {
        list: (imageId: string) => streamOf(listed([...renditions.values()], `renditions/${imageId}/`)),
        imageIds: () => streamOf(new Set([...renditions.keys()].map((key) => key.split("/")[1] ?? ""))),
        isSuperseded: async () => false,
        sha256: async () => undefined,
        remove: async () => undefined,
      },
    };
  }

  /** Removes the renditions of a source, but not its manifest. */
  loseRenditions(key: string): void {
    const imageId = toImageId(UPLOADS, key);
    for (const rendition of this.renditions.keys())
      if (rendition.startsWith(`renditions/${imageId}/`)) this.renditions.delete(rendition);
  }
}

/** Items in the order of S3's listings: by the UTF-8 bytes of their keys. */
function listed<Item extends { key: string }>(items: readonly Item[], prefix: string, after = ""): Item[] {
  return items
    .filter(({ key }) => key.startsWith(prefix) && compareBytes(key, after) > 0)
    .toSorted((a, b) => compareBytes(a.key, b.key));
}

function keysOf(map: ReadonlyMap<string, unknown>, prefix: string, after?: string): string[] {
  const items = [...map.keys()].map((key) => ({ key }));
  return listed(items, prefix, after).map(({ key }) => key);
}

function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
