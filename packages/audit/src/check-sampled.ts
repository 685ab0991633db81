import { toManifestKey } from "@image-pipeline/schema/keys";
import type { Audit } from "./audit-rules.ts";
import { toRepair } from "./check-manifest.ts";
import { type ImageReport, type Named, soundReport } from "./findings.ts";
import { mapInOrder } from "./streams/map-in-order.ts";

/** Renditions downloaded side by side. */
const WIDTH = 8;

/** Compares the bytes of some renditions with what their manifests say: one report for each. */
export function checkSampled(sample: readonly Named[], audit: Audit): AsyncGenerator<ImageReport> {
  return mapInOrder(toStream(sample), WIDTH, (named) => checkBytes(named, audit));
}

async function* toStream<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}

async function checkBytes({ key, sha256, source: sourceKey }: Named, audit: Audit): Promise<ImageReport> {
  const { sources, manifests, renditions } = audit.ports;
  const report = { ...soundReport("sampled"), hashed: 1 };
  const actual = await renditions.sha256(key);
  if (actual === sha256) return report;
  if (actual === "denied") return { ...report, hashed: 0 };
  const manifest = await manifests.read(toManifestKey(sources.bucket, sourceKey));
  const source = await sources.find(sourceKey);
  if (!source || !manifest || manifest === "unreadable") return report;
  const isStillNamed = manifest.renditions.some((named) => named.key === key && named.sha256 === sha256);
  if (!isStillNamed) return report;
  const fault =
    actual === undefined
      ? ({ gap: "missing", why: "its manifest names it, but it is not there" } as const)
      : ({ gap: "corrupt", why: "its SHA-256 is not the manifest's" } as const);
  const finding = { ...fault, what: "rendition", key, source: sourceKey } as const;
  return { ...report, findings: [finding], remedy: toRepair(manifest, source, sources.bucket) };
}
