import { toImageId } from "@image-pipeline/schema/keys";
import type { ListedRendition, ListedSource } from "../ports.ts";
import { toKey } from "../storage/list-objects.ts";
import type { Inventory } from "./inventory.ts";
import type { InventoryPlace } from "./inventory-place.ts";
import { openPartitions, type Partitions } from "./partitions.ts";
import { type InventoryObject, readObjects } from "./read-objects.ts";

/** All that the inventories of both buckets have of one image. */
export interface InventoryImage {
  imageId: string;
  source: ListedSource | undefined;
  manifestKeys: string[];
  renditions: ListedRendition[];
}

/** An inventory, and the place from which its files are read. */
export interface OpenInventory {
  inventory: Inventory;
  place: InventoryPlace;
}

export interface Inventories {
  /** The inventory of the upload bucket. */
  sources: OpenInventory;
  /** The inventory of the processed bucket. */
  processed: OpenInventory;
}

export interface InventoryOptions {
  /** Only images whose source key begins with this. */
  prefix: string;
  /** Ends the stream early when it aborts. */
  signal: AbortSignal;
  /** Called with the number of objects that have been read. */
  onRead(objects: number): void;
}

/** An image id is a hash; its first characters are enough of it. */
const HASH_CHARACTERS = 6;
const SOURCE = "s";
const MANIFEST = "m";
const RENDITION = "r";
const [MANIFESTS, HASHED, RENDITIONS] = ["manifests/", "manifests/.hashed/", "renditions/"];

/**
 * Brings the lines of two inventories together by image. AWS does not promise any order of lines, so they are first divided by
 * image id into temporary files, each small enough for memory: memory stays the same however many objects there are. Images of which
 * there are only renditions come last, and not at all with a prefix.
 */
export async function* inventoryImages(
  inventories: Inventories,
  options: InventoryOptions,
): AsyncGenerator<InventoryImage> {
  const [images, strays] = [openPartitions(), openPartitions()];
  try {
    await divide(inventories, options, images);
    if (options.signal.aborted) return;
    for (const image of imagesOf(images))
      if (!isStray(image)) yield image;
      else if (options.prefix === "")
        for (const line of toLines(image)) strays.add(toHash(image.imageId), line);
    yield* imagesOf(strays);
  } finally {
    images.remove();
    strays.remove();
  }
}

/** Returns true if there are only renditions: the manifest that names them may be that of another upload bucket. */
export function isStray({ source, manifestKeys }: InventoryImage): boolean {
  return source === undefined && manifestKeys.length === 0;
}

function* imagesOf(partitions: Partitions): Generator<InventoryImage> {
  for (const lines of partitions.takeAll()) yield* toImages(lines).values();
}

async function divide(
  { sources, processed }: Inventories,
  { prefix, signal, onRead }: InventoryOptions,
  partitions: Partitions,
): Promise<void> {
  const { bucket } = sources.inventory;
  let read = 0;
  for (const [open, place] of [
    [sources, (key: string) => placeOfSource(key, bucket, prefix)],
    [processed, (key: string) => placeOfProcessed(key, bucket, prefix)],
  ] as const)
    for await (const objects of readObjects(open.inventory, open.place)) {
      for (const object of objects) {
        const at = place(object.key);
        if (at) partitions.add(toHash(at.imageId), toLine(at, object));
      }
      read += objects.length;
      onRead(read);
      if (signal.aborted) return;
    }
}

interface At {
  imageId: string;
  kind: typeof SOURCE | typeof MANIFEST | typeof RENDITION;
}

function placeOfSource(key: string, bucket: string, prefix: string): At | undefined {
  return key.startsWith(prefix) ? { imageId: toImageId(bucket, key), kind: SOURCE } : undefined;
}

/** Returns undefined for objects that belong to no image: analyses, records of failures. */
function placeOfProcessed(key: string, bucket: string, prefix: string): At | undefined {
  if (key.startsWith(RENDITIONS)) {
    const [imageId] = key.slice(RENDITIONS.length).split("/");
    return imageId ? { imageId, kind: RENDITION } : undefined;
  }
  if (key.startsWith(MANIFESTS) && key.endsWith(".json")) {
    const source = key.slice(MANIFESTS.length, -".json".length);
    return source.startsWith(prefix) ? { imageId: toImageId(bucket, source), kind: MANIFEST } : undefined;
  }
  if (key.startsWith(HASHED)) return { imageId: key.slice(HASHED.length), kind: MANIFEST };
  return undefined;
}

/** An encoded key has neither tabs nor line breaks. */
function toLine(
  { imageId, kind }: At,
  { encodedKey, size, modifiedAt, eTag }: Omit<InventoryObject, "key">,
): string {
  return [imageId, kind, encodedKey, size, modifiedAt, ...(kind === SOURCE ? [eTag] : [])].join("\t");
}

function toLines({ imageId, renditions }: InventoryImage): string[] {
  return renditions.map(({ key, bytes, modifiedAt }) =>
    toLine(
      { imageId, kind: RENDITION },
      { encodedKey: encodeURIComponent(key), size: bytes, modifiedAt: modifiedAt.getTime(), eTag: "" },
    ),
  );
}

function toImages(lines: readonly string[]): Map<string, InventoryImage> {
  const images = new Map<string, InventoryImage>();
  for (const line of lines) {
    const [imageId = "", kind, encodedKey = "", size, modified, eTag = ""] = line.split("\t");
    const image = images.get(imageId) ?? { imageId, source: undefined, manifestKeys: [], renditions: [] };
    images.set(imageId, image);
    const key = toKey(encodedKey);
    const modifiedAt = new Date(Number(modified));
    if (kind === SOURCE) image.source = { key, eTag, size: Number(size), modifiedAt };
    else if (kind === MANIFEST) image.manifestKeys.push(key);
    else image.renditions.push({ key, bytes: Number(size), modifiedAt });
  }
  return images;
}

function toHash(imageId: string): number {
  return Number.parseInt(imageId.slice(0, HASH_CHARACTERS), 36) || 0;
}
