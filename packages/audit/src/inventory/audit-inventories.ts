import { toManifestKey } from "@image-pipeline/schema/keys";
import type { Sampling } from "../audit-images.ts";
import type { Audit } from "../audit-rules.ts";
import { checkImage } from "../check-image.ts";
import { fateOfUnnamed, toOrphan } from "../check-renditions.ts";
import { checkSampled } from "../check-sampled.ts";
import { type Finding, type ImageReport, type Named, soundReport } from "../findings.ts";
import { imageIds } from "../image-ids.ts";
import { sampleOf } from "../sample.ts";
import { mapInOrder } from "../streams/map-in-order.ts";
import {
  type Inventories,
  type InventoryImage,
  type InventoryOptions,
  inventoryImages,
  isStray,
} from "./inventory-images.ts";

/** Images looked at side by side. */
const WIDTH = 16;
const NO_MANIFEST =
  "no manifest of its image is in the inventory: npx pipeline check --repair without --inventory removes it";
const PLAIN = /^manifests\/(.*)\.json$/s;

export interface InventorySampling extends Sampling, Omit<InventoryOptions, "prefix"> {
  inventories: Inventories;
}

/**
 * The same audit as `auditImages`, with the inventories of both buckets in place of all listings. Manifests are read as they are now.
 * An inventory is hours or days old, so an image with a problem is checked again with S3's own listing, and only that is reported.
 * Reports come in the order of image ids.
 */
export async function* auditInventories(
  audit: Audit,
  { inventories, size, random, ...options }: InventorySampling,
): AsyncGenerator<ImageReport> {
  const sample = sampleOf<Named>(size, random);
  const foreign = imageIds();
  const images = inventoryImages(inventories, { ...options, prefix: audit.rules.prefix });
  const checked = mapInOrder(images, WIDTH, async (image) => ({
    image,
    reports: await checkListed(image, audit),
  }));
  for await (const { image, reports } of checked) {
    for (const report of reports) {
      if (report.foreignId !== null) foreign.add(report.foreignId);
      for (const rendition of report.renditions) sample.add(rendition);
      yield report;
    }
    if (isStray(image) && !foreign.has(image.imageId))
      yield* checkStray(image, audit, inventories.processed.inventory.createdAt);
  }
  yield* checkSampled(sample.items(), audit);
}

/** Returns a report for the source, and one for each manifest that is not the source's. */
async function checkListed(image: InventoryImage, audit: Audit): Promise<ImageReport[]> {
  const { source, manifestKeys } = image;
  const own = source && toManifestKey(audit.ports.sources.bucket, source.key);
  const listed = [
    ...(source && own ? [{ manifestKey: own, source }] : []),
    ...manifestKeys.filter((key) => key !== own).map((manifestKey) => ({ manifestKey, source: undefined })),
  ];
  return Promise.all(
    listed.map(async (one) => {
      const report = await checkImage(one, withListed(audit, image));
      return isSound(report) ? report : checkAgain(one.manifestKey, one.source?.key, audit);
    }),
  );
}

/** The audit with the renditions of one image from its inventory. */
function withListed(audit: Audit, { imageId, renditions: listed }: InventoryImage): Audit {
  const { renditions } = audit.ports;
  const list = (id: string) => (id === imageId ? toStream(listed) : renditions.list(id));
  return { ...audit, ports: { ...audit.ports, renditions: { ...renditions, list } } };
}

function isSound({ state, findings }: ImageReport): boolean {
  return findings.length === 0 && state !== "pending" && state !== "elsewhere";
}

/** Checks an image as it is now. */
async function checkAgain(manifestKey: string, key: string | undefined, audit: Audit): Promise<ImageReport> {
  const sourceKey = key ?? PLAIN.exec(manifestKey)?.[1];
  const source = sourceKey === undefined ? undefined : await audit.ports.sources.find(sourceKey);
  return checkImage({ manifestKey, source }, audit);
}

/**
 * Reports renditions that were old when the inventory was made and had no manifest in it. An inventory may lack a manifest, and the
 * key of an image cannot be computed from its id: so no repair removes them.
 */
async function* checkStray(
  { renditions: listed }: InventoryImage,
  { ports: { renditions: store }, rules }: Audit,
  createdAt: Date,
): AsyncGenerator<ImageReport> {
  const findings: Finding[] = [];
  let expiring = 0;
  for (const rendition of listed) {
    const fate = await fateOfUnnamed(rendition, false, { store, rules: { ...rules, now: createdAt } });
    if (fate === "expiring") expiring++;
    if (fate === "orphan") findings.push({ ...toOrphan(rendition.key, null), why: NO_MANIFEST });
  }
  if (findings.length + expiring > 0) yield { ...soundReport("stray"), findings, expiring };
}

async function* toStream<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}
