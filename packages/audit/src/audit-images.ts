import { toImageId } from "@image-pipeline/schema/keys";
import type { Audit } from "./audit-rules.ts";
import { checkImage, type Listed } from "./check-image.ts";
import { fateOfUnnamed, toOrphan } from "./check-renditions.ts";
import { checkSampled } from "./check-sampled.ts";
import { type Finding, type ImageReport, type Named, soundReport } from "./findings.ts";
import { type ImageIds, imageIds } from "./image-ids.ts";
import { compareKeys, inManifestOrder } from "./in-manifest-order.ts";
import { sampleOf } from "./sample.ts";
import { sourcesFrom } from "./sources-from.ts";
import { joinSorted } from "./streams/join-sorted.ts";
import { mapInOrder } from "./streams/map-in-order.ts";

const PLAIN = "manifests/";
const HASHED = "manifests/.hashed/";
/** Images looked at side by side. */
const WIDTH = 16;

/** The renditions whose bytes are compared. */
export interface Sampling {
  /** The number of renditions, chosen at random, whose bytes are compared at the end. */
  size: number;
  /** From 0 up to, but not, 1. */
  random: () => number;
}

/** A report, and the position at which a stopped audit resumes. */
export interface Audited {
  report: ImageReport;
  /** The source key of its image; null if it has no position in that order, so that the previous key remains. */
  resumeAfter: string | null;
}

/**
 * Compares sources, manifests and renditions, and yields a report for each image. Both listings are streams, so that memory
 * holds only eight bytes for each image, and the sample.
 */
export async function* auditImages(audit: Audit, sampling: Sampling): AsyncGenerator<ImageReport> {
  const sample = sampleOf<Named>(sampling.size, sampling.random);
  for await (const { report } of auditFrom(audit, null)) {
    for (const rendition of report.renditions) sample.add(rendition);
    yield report;
  }
  yield* checkSampled(sample.items(), audit);
}

/**
 * The same without a sample, and from any position in the order of manifests. Renditions without a manifest are only checked
 * when it starts from the beginning, since that needs the ids of all images.
 *
 * @param after the `resumeAfter` of an audit that was stopped; null for the beginning
 */
export async function* auditFrom(audit: Audit, after: string | null): AsyncGenerator<Audited> {
  const known = imageIds();
  const looked = mapInOrder(listed(audit, known, after), WIDTH, async (one) => ({
    report: await checkImage(one, audit),
    resumeAfter: isPlain(one.manifestKey) ? toSourceKey(one.manifestKey) : null,
  }));
  for await (const audited of looked) {
    const { foreignId } = audited.report;
    if (foreignId !== null) known.add(foreignId);
    yield audited;
  }
  if (audit.rules.prefix !== "" || after !== null) return;
  for await (const report of checkStrays(known, audit)) yield { report, resumeAfter: null };
}

async function* listed(
  { ports: { sources, manifests }, rules: { prefix } }: Audit,
  known: ImageIds,
  after: string | null,
): AsyncGenerator<Listed> {
  const bySource = inManifestOrder(sources.bucket, sourcesFrom(sources, prefix, after));
  const from = after === null ? undefined : toPlainKey(after);
  const byManifest = plainOf(manifests.list(`${PLAIN}${prefix}`, from));
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
const toPlainKey = (sourceKey: string) => `${PLAIN}${sourceKey}.json`;
const toSourceKey = (manifestKey: string) => manifestKey.slice(PLAIN.length, -".json".length);

async function* plainOf(keys: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const key of keys) if (isPlain(key)) yield key;
}

/** Checks renditions of images that have neither source nor manifest: a report for each such image with old ones. */
export async function* checkStrays(
  known: ImageIds,
  { ports: { renditions }, rules }: Audit,
): AsyncGenerator<ImageReport> {
  for await (const imageId of renditions.imageIds()) {
    // A report for each image, so that a caller can stop when its time is up.
    yield soundReport("elsewhere");
    if (known.has(imageId)) continue;
    const findings: Finding[] = [];
    let expiring = 0;
    for await (const rendition of renditions.list(imageId)) {
      const fate = await fateOfUnnamed(rendition, false, { store: renditions, rules });
      if (fate === "expiring") expiring++;
      if (fate === "orphan") findings.push(toOrphan(rendition.key, null));
    }
    if (findings.length + expiring === 0) continue;
    const remedy = { publish: null, remove: findings.map(({ key }) => key) };
    yield { ...soundReport("stray"), findings, expiring, remedy };
  }
}
