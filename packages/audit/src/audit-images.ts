import { toImageId } from "@image-pipeline/schema";
import type { Audit } from "./audit-rules.ts";
import { checkImage, type Listed } from "./check-image.ts";
import { checkSampled } from "./check-sampled.ts";
import { checkStrays } from "./check-strays.ts";
import type { ImageReport, Named } from "./findings.ts";
import { type ImageIds, imageIds } from "./image-ids.ts";
import { compareKeys, inManifestOrder } from "./in-manifest-order.ts";
import { sampleOf } from "./sample.ts";
import { joinSorted } from "./streams/join-sorted.ts";
import { mapInOrder } from "./streams/map-in-order.ts";

const PLAIN = "manifests/";
const HASHED = "manifests/.hashed/";
/** Images looked at side by side. */
const WIDTH = 16;

/** How much of the renditions' bytes is compared. */
export interface Sampling {
  /** Of how many renditions, chosen at random, the bytes are compared once the rest is done. */
  size: number;
  /** From 0 up to, but not, 1. */
  random: () => number;
}

/**
 * The three-way difference of sources, manifests and renditions: a report for each image, as it is looked at. Both
 * listings are streams, so that memory holds eight bytes an image, and the sample.
 */
export async function* auditImages(audit: Audit, sampling: Sampling): AsyncGenerator<ImageReport> {
  const known = imageIds();
  const sample = sampleOf<Named>(sampling.size, sampling.random);
  for await (const report of mapInOrder(listed(audit, known), WIDTH, (one) => checkImage(one, audit))) {
    if (report.foreignId !== null) known.add(report.foreignId);
    for (const rendition of report.renditions) sample.add(rendition);
    yield report;
  }
  if (audit.rules.prefix === "") yield* checkStrays(known, audit);
  yield* checkSampled(sample.items(), audit);
}

async function* listed(
  { ports: { sources, manifests }, rules: { prefix } }: Audit,
  known: ImageIds,
): AsyncGenerator<Listed> {
  const bySource = inManifestOrder(sources.bucket, sources.list(prefix));
  const byManifest = plainOf(manifests.list(`${PLAIN}${prefix}`));
  const pairs = joinSorted(bySource, byManifest, (source, key) => compareKeys(source.manifestKey, key));
  for await (const [source, manifestKey] of pairs) {
    known.add(toImageId(sources.bucket, source ? source.key : toSourceKey(manifestKey)));
    yield source ? { manifestKey: source.manifestKey, source } : { manifestKey, source };
  }
  for await (const manifestKey of manifests.list(HASHED)) {
    if (isPlain(manifestKey)) continue;
    known.add(manifestKey.slice(HASHED.length));
    yield { manifestKey, source: undefined };
  }
}

/** A source whose key is short enough gives its manifest a key that ends so; the hashed form has no ending. */
const isPlain = (manifestKey: string) => manifestKey.endsWith(".json");
const toSourceKey = (manifestKey: string) => manifestKey.slice(PLAIN.length, -".json".length);

async function* plainOf(keys: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const key of keys) if (isPlain(key)) yield key;
}
