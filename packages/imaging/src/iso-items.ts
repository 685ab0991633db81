/** A box of an ISO base media file (ISO/IEC 14496-12, section 4.2). */
export interface Box {
  type: string;
  body: Buffer;
}

/** A property of an item, such as its size. */
export interface Property extends Box {
  /** True if a reader that does not know it must not show the item. */
  isEssential: boolean;
}

export interface Item {
  id: number;
  type: string;
  properties: Property[];
  /** The parts of its data; undefined if the data are not in the file itself. */
  extents: Buffer[] | undefined;
}

/** The items of a HEIF file (ISO/IEC 23008-12), by their ids, and the references between them. */
export interface IsoItems {
  /** The first item in a file that names none, as animations of GPAC do: browsers show that. */
  primary: number;
  items: ReadonlyMap<number, Item>;
  /** Returns the items that an item refers to, in their order. */
  referencesFrom(id: number, type: string): readonly number[];
  /** Returns the items that refer to an item. */
  referencesTo(id: number, type: string): readonly number[];
}

/** Bounds of a file's structure; a photograph of 48 megapixels has some 250 items and 260 properties. */
const MOST = { boxes: 4096, items: 2048, extents: 64, references: 4096, properties: 8192 };
/** The bytes of all items together, in sizes of the file: items that share bytes could else be read without end. */
const MOST_SHARED = 4;

/** Bytes that do not follow the format, or beyond the bounds. */
class MalformedError extends Error {}

/**
 * Reads the items of a HEIF file, with their properties and the places of their data. Safe on hostile bytes: boxes are followed to
 * a fixed depth, and time and memory depend on the bounds and the file's length alone.
 *
 * @returns undefined if the file has no readable list of items
 */
export function readIsoItems(file: Buffer): IsoItems | undefined {
  try {
    return readItems(file);
  } catch (error) {
    // Reading past the end of a box is a RangeError of Node.js.
    if (error instanceof MalformedError || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Yields the boxes in a box or a file, up to one that is cut short. */
export function* boxesIn(data: Buffer): Generator<Box> {
  let boxes = 0;
  const count = () => void bounded(++boxes, MOST.boxes);
  for (const { isCut, type, body } of allBoxesIn(data, count)) {
    if (isCut) return;
    yield { type, body };
  }
}

/**
 * Yields the boxes in a box or a file, those that are cut short too: what a decoder makes of them is its own choice.
 *
 * @param count called for each box; an error that it throws ends the reading
 */
export function* allBoxesIn(data: Buffer, count: () => void): Generator<Box & { isCut: boolean }> {
  for (let at = 0; at + 8 <= data.length; ) {
    count();
    const small = data.readUInt32BE(at);
    const isLarge = small === 1 && at + 16 <= data.length;
    const start = at + (isLarge ? 16 : 8);
    const length = isLarge ? Number(data.readBigUInt64BE(at + 8)) : small || data.length - at;
    const end = Math.max(start, at + length);
    const isCut = at + length < start || end > data.length;
    yield { type: data.toString("latin1", at + 4, at + 8), body: data.subarray(start, end), isCut };
    at += Math.max(8, length);
  }
}

function readItems(file: Buffer): IsoItems | undefined {
  const meta = boxOf(file, "meta");
  if (!meta) return undefined;
  const parts = new Map([...boxesIn(meta.subarray(4))].map(({ type, body }) => [type, body]));
  const [pitm, iinf, iloc, iprp] = ["pitm", "iinf", "iloc", "iprp"].map((type) => parts.get(type));
  if (!iinf || !iloc || !iprp) return undefined;
  const places = readPlaces(iloc, { file, idat: parts.get("idat") });
  const properties = readProperties(iprp);
  const types = readTypes(iinf);
  const items = [...types].map(([id, type]): [number, Item] => [
    id,
    { id, type, properties: properties.get(id) ?? [], extents: places.get(id) },
  ]);
  const references = readReferences(parts.get("iref"));
  const [first = 0] = types.keys();
  return {
    primary: pitm ? reader(pitm, 4).uint(pitm[0] === 0 ? 2 : 4) : first,
    items: new Map(items),
    referencesFrom: (id, type) => references.find((one) => one.from === id && one.type === type)?.to ?? [],
    referencesTo: (id, type) =>
      references.filter((one) => one.type === type && one.to.includes(id)).map(({ from }) => from),
  };
}

function boxOf(data: Buffer, type: string): Buffer | undefined {
  for (const box of boxesIn(data)) if (box.type === type) return box.body;
  return undefined;
}

/** Reads numbers one after another. */
function reader(data: Buffer, start: number) {
  let at = start;
  return {
    /** @param bytes 0 to 8; 0 bytes are the number 0 */
    uint(bytes: number): number {
      const from = at;
      at += bytes;
      if (bytes === 0) return 0;
      return bytes === 8 ? Number(data.readBigUInt64BE(from)) : data.readUIntBE(from, bytes);
    },
    text(bytes: number): string {
      at += bytes;
      return data.toString("latin1", at - bytes, at);
    },
  };
}

function bounded(count: number, most: number): number {
  if (count > most) throw new MalformedError("too many entries");
  return count;
}

/** Reads the type of each item (`infe`, 8.11.6). */
function readTypes(iinf: Buffer): Map<number, string> {
  const types = new Map<number, string>();
  for (const { type, body } of boxesIn(iinf.subarray(iinf[0] === 0 ? 6 : 8))) {
    const version = body[0] ?? 0;
    if (type !== "infe" || version < 2) continue;
    const entry = reader(body, 4);
    const id = entry.uint(version === 2 ? 2 : 4);
    entry.uint(2);
    types.set(id, entry.text(4));
    bounded(types.size, MOST.items);
  }
  return types;
}

/** Reads the places of the items' data (`iloc`, 8.11.3): in the file, or in the box `idat`. */
function readPlaces(iloc: Buffer, { file, idat }: { file: Buffer; idat: Buffer | undefined }) {
  const version = iloc[0] ?? 0;
  const list = reader(iloc, 4);
  const sizes = list.uint(2);
  const [offsetBytes, lengthBytes, baseBytes] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15];
  const indexBytes = version === 0 ? 0 : sizes & 15;
  const count = bounded(list.uint(version < 2 ? 2 : 4), MOST.items);
  const places = new Map<number, Buffer[] | undefined>();
  let bytes = 0;
  for (let index = 0; index < count; index++) {
    const id = list.uint(version < 2 ? 2 : 4);
    const method = version === 0 ? 0 : list.uint(2) & 15;
    const isElsewhere = list.uint(2) !== 0;
    const base = list.uint(baseBytes);
    const extents = Array.from({ length: bounded(list.uint(2), MOST.extents) }, () => {
      list.uint(indexBytes);
      const [offset, length] = [base + list.uint(offsetBytes), list.uint(lengthBytes)];
      const data = method === 0 ? file : (idat ?? Buffer.of());
      if (offset + length > data.length) throw new MalformedError("an item ends after the file");
      const extent = length === 0 ? data.subarray(offset) : data.subarray(offset, offset + length);
      bytes = bounded(bytes + extent.length, MOST_SHARED * file.length);
      return extent;
    });
    places.set(id, isElsewhere || method > 1 ? undefined : extents);
  }
  return places;
}

/** Reads the properties of each item (`iprp`, 23008-12, 9.3). */
function readProperties(iprp: Buffer): Map<number, Property[]> {
  const known = [...boxesIn(boxOf(iprp, "ipco") ?? Buffer.of())];
  const properties = new Map<number, Property[]>();
  let associations = 0;
  for (const { type, body } of boxesIn(iprp)) {
    if (type !== "ipma") continue;
    const list = reader(body, 4);
    const isWide = ((body[3] ?? 0) & 1) === 1;
    const count = bounded(list.uint(4), MOST.items);
    for (let index = 0; index < count; index++) {
      const id = list.uint(body[0] === 0 ? 2 : 4);
      const length = list.uint(1);
      associations = bounded(associations + length, MOST.properties);
      const own = Array.from({ length }, () => list.uint(isWide ? 2 : 1)).flatMap((entry) => {
        const isEssential = (entry & (isWide ? 0x8000 : 0x80)) !== 0;
        const box = known[(entry & (isWide ? 0x7fff : 0x7f)) - 1];
        return box ? [{ ...box, isEssential }] : [];
      });
      properties.set(id, own);
    }
  }
  return properties;
}

/** Reads the references between items (`iref`, 8.11.12). */
function readReferences(iref: Buffer | undefined) {
  if (!iref) return [];
  const bytes = iref[0] === 0 ? 2 : 4;
  return [...boxesIn(iref.subarray(4))].map(({ type, body }) => {
    const list = reader(body, 0);
    const from = list.uint(bytes);
    const count = bounded(list.uint(2), MOST.references);
    return { type, from, to: Array.from({ length: count }, () => list.uint(bytes)) };
  });
}
