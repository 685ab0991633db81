import type { Limits } from "@image-pipeline/schema/config";
import { allBoxesIn, type Box } from "../iso-items.ts";
import { area, type Size } from "../size.ts";
import { toCount, tooManyParts, tooManyPixels } from "./too-many.ts";

/** Items may be made of other items, such as a grid of tiles; libheif follows few levels too. */
const MAX_LEVELS = 8;
const NO_SIZE: Size = { width: 0, height: 0 };

/**
 * Counts the pixels that libheif decodes: those of each tile of a grid, as often as the grid refers to it. The
 * header declares only the size of the result, and a file of a kilobyte can refer to one large item hundreds of times.
 *
 * @throws {ImageRejection} `TOO_MANY_PIXELS`, `TOO_MANY_PARTS`
 */
export function checkHeifItems(source: Uint8Array, limits: Limits): void {
  const file = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  const count = partCounter(limits.maxParts);
  for (const { type, body } of allBoxesIn(file, count)) {
    if (type !== "meta") continue;
    const items = readItems(body.subarray(4), count);
    // A single item has the size in the header, whose check names it.
    if (items.made.size === 0 && items.sizes.size < 2) continue;
    const pixels = decodedPixels(items);
    if (pixels > limits.maxTotalPixels)
      throw tooManyPixels(`parts of ${toCount(pixels)} pixels together`, limits.maxTotalPixels);
  }
}

/** Items of a file: their sizes, and the items that each is made of, once for every reference. */
interface Items {
  sizes: ReadonlyMap<number, Size>;
  made: ReadonlyMap<number, readonly number[]>;
}

/** Returns the pixels of all items that no other is made of, with those of their parts. */
function decodedPixels({ sizes, made }: Items): number {
  const parts = new Set([...made.values()].flat());
  const known = new Map<number, number>();
  const pixelsOf = (id: number, level: number): number => {
    if (level > MAX_LEVELS) throw tooManyParts("levels of items", MAX_LEVELS);
    const own = area(sizes.get(id) ?? NO_SIZE);
    const pixels =
      known.get(id) ?? (made.get(id) ?? []).reduce((sum, part) => sum + pixelsOf(part, level + 1), own);
    known.set(id, pixels);
    return pixels;
  };
  let sum = 0;
  for (const id of new Set([...sizes.keys(), ...made.keys()])) {
    // Asked of parts too: items in a circle are all parts of another, and have too many levels.
    const pixels = pixelsOf(id, 0);
    if (!parts.has(id)) sum += pixels;
  }
  return sum;
}

/** Reads the boxes of a `meta` box, in any order (ISO/IEC 23008-12). */
function readItems(meta: Buffer, count: () => void): Items {
  const properties: (Size | undefined)[] = [];
  const associations: { id: number; property: number }[] = [];
  const made = new Map<number, number[]>();
  for (const { type, body } of allBoxesIn(meta, count)) {
    if (type === "iref") addReferences(made, body, count);
    if (type !== "iprp") continue;
    for (const part of allBoxesIn(body, count)) {
      if (part.type === "ipco")
        for (const property of allBoxesIn(part.body, count)) properties.push(toSize(property));
      if (part.type === "ipma")
        for (const association of associationsOf(part.body)) {
          count();
          associations.push(association);
        }
    }
  }
  return { sizes: toSizes(associations, properties), made };
}

/** Among several sizes of an item the largest counts: which one a decoder believes is its own choice. */
function toSizes(
  associations: readonly { id: number; property: number }[],
  properties: readonly (Size | undefined)[],
): Map<number, Size> {
  const sizes = new Map<number, Size>();
  for (const { id, property } of associations) {
    const size = properties[property - 1];
    if (size && area(size) > area(sizes.get(id) ?? NO_SIZE)) sizes.set(id, size);
  }
  return sizes;
}

/** Returns the size that a property declares, if it is one. */
function toSize({ type, body }: Box): Size | undefined {
  return type === "ispe" ? { width: numbersIn(body, 4)(4), height: numbersIn(body, 8)(4) } : undefined;
}

/** Returns a function that reads one number after the other; 0 past the end. */
function numbersIn(bytes: Buffer, start = 0): (length: 1 | 2 | 4) => number {
  let at = start;
  return (length) => {
    at += length;
    return at <= bytes.length ? bytes.readUIntBE(at - length, length) : 0;
  };
}

/** Yields the properties of items, by their places in the list of properties, from 1. */
function* associationsOf(body: Buffer): Generator<{ id: number; property: number }> {
  const next = numbersIn(body);
  const version = next(1);
  const isLong = ((next(2) * 256 + next(1)) & 1) === 1;
  const entries = Math.min(next(4), body.length);
  for (let entry = 0; entry < entries; entry++) {
    const id = next(version < 1 ? 2 : 4);
    const associations = next(1);
    for (let index = 0; index < associations; index++)
      yield { id, property: isLong ? next(2) & 0x7fff : next(1) & 0x7f };
  }
}

/** Adds the parts of derived items: the references of the type `dimg`. */
function addReferences(made: Map<number, number[]>, body: Buffer, count: () => void): void {
  const idBytes = body[0] === 0 ? 2 : 4;
  for (const { type, body: references } of allBoxesIn(body.subarray(4), count)) {
    if (type !== "dimg") continue;
    const next = numbersIn(references);
    const from = next(idBytes);
    const parts = made.get(from) ?? [];
    for (let left = next(2); left > 0; left--) {
      count();
      parts.push(next(idBytes));
    }
    made.set(from, parts);
  }
}

function partCounter(maxParts: number): () => void {
  let parts = 0;
  return () => {
    if (++parts > maxParts) throw tooManyParts("items", maxParts);
  };
}
