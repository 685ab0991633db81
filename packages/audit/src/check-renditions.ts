import type { Manifest, Rendition } from "@image-pipeline/schema/manifest";
import type { Finding } from "./findings.ts";
import type { ListedRendition, Renditions } from "./ports.ts";

/** Lifecycle rules run once a day, and may be behind (docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-expire-general-considerations.html). */
const LIFECYCLE_LAG_MILLISECONDS = 3 * 24 * 60 * 60 * 1000;

export interface RenditionRules {
  now: Date;
  /** Younger renditions may not be named by a manifest yet. */
  graceMilliseconds: number;
  /** The time after which the bucket's lifecycle removes superseded renditions. */
  supersededMilliseconds: number;
  /** True if the bytes of all renditions are compared, not only those of a sample. */
  hashesAll: boolean;
}

export interface CheckedRenditions {
  /** Named renditions that are missing or corrupt. */
  broken: Finding[];
  /** Named renditions that exist. */
  sound: Rendition[];
  orphans: Finding[];
  expiring: number;
  hashed: number;
}

/** Compares the renditions of a manifest with the objects under its image's prefix, both ways. */
export async function checkRenditions(
  { imageId, source, renditions: named, supersededTags = [] }: Manifest,
  store: Renditions,
  rules: RenditionRules,
): Promise<CheckedRenditions> {
  const listed = new Map<string, ListedRendition>();
  for await (const rendition of store.list(imageId)) listed.set(rendition.key, rendition);
  const checked: CheckedRenditions = { broken: [], sound: [], orphans: [], expiring: 0, hashed: 0 };
  for (const rendition of named) {
    const { fault, isHashed } = await compare(rendition, listed.get(rendition.key), {
      store,
      hashesAll: rules.hashesAll,
    });
    if (fault) checked.broken.push({ ...fault, what: "rendition", key: rendition.key, source: source.key });
    else checked.sound.push(rendition);
    if (isHashed) checked.hashed++;
    listed.delete(rendition.key);
  }
  const isSuperseded = (key: string) => supersededTags.some((tag) => key.includes(`/${tag}/`));
  for (const rendition of listed.values()) {
    const fate = await fateOfUnnamed(rendition, isSuperseded(rendition.key), { store, rules });
    if (fate === "expiring") checked.expiring++;
    if (fate === "orphan") checked.orphans.push(toOrphan(rendition.key, source.key));
  }
  return checked;
}

/** @param source null if no manifest names it */
export function toOrphan(key: string, source: string | null): Finding {
  const why = source === null ? "no manifest of its image is there" : "no manifest names it";
  return { gap: "orphaned", what: "rendition", key, source, why };
}

/** An unnamed rendition is an orphan, unless it is young, or expires automatically and is not overdue. */
export async function fateOfUnnamed(
  { key, modifiedAt }: ListedRendition,
  isSuperseded: boolean,
  { store, rules }: { store: Renditions; rules: RenditionRules },
): Promise<"young" | "expiring" | "orphan" | "gone"> {
  const age = rules.now.getTime() - modifiedAt.getTime();
  if (age < rules.graceMilliseconds) return "young";
  if (age > rules.supersededMilliseconds + LIFECYCLE_LAG_MILLISECONDS) return "orphan";
  if (isSuperseded) return "expiring";
  const isMarked = await store.isSuperseded(key);
  if (isMarked === undefined) return "gone";
  return isMarked ? "expiring" : "orphan";
}

interface Comparison {
  fault?: Pick<Finding, "gap" | "why">;
  isHashed: boolean;
}

async function compare(
  { key, bytes, sha256 }: Rendition,
  listed: ListedRendition | undefined,
  { store, hashesAll }: { store: Renditions; hashesAll: boolean },
): Promise<Comparison> {
  if (!listed)
    return { fault: { gap: "missing", why: "its manifest names it, but it is not there" }, isHashed: false };
  if (listed.bytes !== bytes)
    return {
      fault: { gap: "corrupt", why: `${listed.bytes} bytes instead of ${bytes}` },
      isHashed: hashesAll,
    };
  if (!hashesAll) return { isHashed: false };
  const actual = await store.sha256(key);
  if (actual === "denied") return { isHashed: false };
  if (actual === sha256) return { isHashed: true };
  return { fault: { gap: "corrupt", why: "its SHA-256 is not the manifest's" }, isHashed: true };
}
