import type { HevcStream } from "./hevc-streams.ts";

export interface HeicContent {
  tiles: readonly HevcStream[];
  /** Set for a grid; without it the first tile is the picture. */
  grid?: { columns: number; rows: number; width: number; height: number };
  /** Properties of the picture beside its size, each a whole box; transforms apply in this order. */
  properties?: readonly Buffer[];
  exif?: Buffer;
  /** Further items, which refer to the picture: a thumbnail, a depth map, a gain map, or one of another kind. */
  others?: readonly { type: string; reference: string; data?: Buffer }[];
  brands?: readonly string[];
  /** The picture's transparency: the brightness of a stream. */
  alpha?: { stream: HevcStream; kind?: string; isPremultiplied?: boolean };
  /** Properties of an item that shows the picture, and is the primary one. */
  identity?: readonly Buffer[];
  /** The type of the picture's item, if it is to be another than `hvc1` or `grid`. */
  kind?: string;
}

/** Returns a box of an ISO base media file. */
export function box(type: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, body]);
}

/** Returns numbers of 1, 2 or 4 bytes each. */
export function numbers(bytes: 1 | 2 | 4, ...values: readonly number[]): Buffer {
  const data = Buffer.alloc(bytes * values.length);
  for (const [at, value] of values.entries()) data.writeUIntBE(value >>> 0, bytes * at, bytes);
  return data;
}

const full = (type: string, version: number, ...parts: readonly Buffer[]) =>
  box(type, numbers(4, version * 2 ** 24), ...parts);

export const property = {
  rotate: (anticlockwise: number) => box("irot", numbers(1, anticlockwise / 90)),
  mirror: (axis: 0 | 1) => box("imir", numbers(1, axis)),
  /** A crop of whole pixels; the offsets are those of its centre, in halves of a pixel. */
  crop: (width: number, height: number, halfX: number, halfY: number) =>
    box("clap", numbers(4, width, 1, height, 1, halfX, 2, halfY, 2)),
  nclx: (primaries: number, transfer: number, matrix: number, isFullRange = true) =>
    box(
      "colr",
      Buffer.from("nclx"),
      numbers(2, primaries, transfer, matrix),
      numbers(1, isFullRange ? 0x80 : 0),
    ),
  icc: (profile: Buffer) => box("colr", Buffer.from("prof"), profile),
  size: (width: number, height: number) => full("ispe", 0, numbers(4, width, height)),
};

interface Entry {
  type: string;
  properties: Buffer[];
  data: Buffer;
  references: { type: string; to: number[] }[];
}

/** Returns a HEIC file (ISO/IEC 23008-12), whose picture is the item after its tiles. */
export function heicFile(content: HeicContent): Buffer {
  const { tiles, grid, properties = [], exif, others = [], brands = ["heic", "mif1"], kind } = content;
  const entries: Entry[] = tiles.map((tile) => ({
    type: "hvc1",
    properties: [box("hvcC", tile.hvcC), property.size(tile.width, tile.height)],
    data: tile.data,
    references: [],
  }));
  const [first] = entries;
  if (grid) {
    const data = Buffer.concat([
      numbers(1, 0, 0, grid.rows - 1, grid.columns - 1),
      numbers(2, grid.width, grid.height),
    ]);
    const to = tiles.map((_, at) => at + 1);
    entries.push({
      type: kind ?? "grid",
      properties: [property.size(grid.width, grid.height), ...properties],
      data,
      references: [{ type: "dimg", to }],
    });
  } else if (first) {
    first.properties.push(...properties);
    if (kind) first.type = kind;
  }
  const shown = grid ? entries.length : 1;
  if (content.identity) entries.push(identityOf(shown, content.identity));
  const primary = content.identity ? entries.length : shown;
  if (content.alpha) {
    entries.push(alphaOf(shown, content.alpha));
    if (content.alpha.isPremultiplied)
      entries[shown - 1]?.references.push({ type: "prem", to: [entries.length] });
  }
  const reference = (type: string) => [{ type, to: [primary] }];
  if (exif)
    entries.push({
      type: "Exif",
      properties: [],
      data: Buffer.concat([numbers(4, 0), exif]),
      references: reference("cdsc"),
    });
  for (const { type, reference: name, data = Buffer.alloc(16) } of others)
    entries.push({ type, properties: [], data, references: reference(name) });
  return toFile(entries, primary, brands);
}

function identityOf(shown: number, properties: readonly Buffer[]): Entry {
  const references = [{ type: "dimg", to: [shown] }];
  return { type: "iden", properties: [...properties], data: Buffer.of(), references };
}

function alphaOf(
  shown: number,
  { stream, kind = "urn:mpeg:hevc:2015:auxid:1" }: NonNullable<HeicContent["alpha"]>,
): Entry {
  const properties = [
    box("hvcC", stream.hvcC),
    property.size(stream.width, stream.height),
    full("auxC", 0, Buffer.from(`${kind}\0`)),
  ];
  return { type: "hvc1", properties, data: stream.data, references: [{ type: "auxl", to: [shown] }] };
}

function toFile(
  entries: readonly Entry[],
  primary: number,
  [major = "heic", ...more]: readonly string[],
): Buffer {
  const ftyp = box("ftyp", Buffer.from(major), numbers(4, 0), Buffer.from([major, ...more].join("")));
  const meta = (dataAt: number) => toMeta(entries, primary, dataAt);
  const dataAt = ftyp.length + meta(0).length + 8;
  return Buffer.concat([ftyp, meta(dataAt), box("mdat", ...entries.map(({ data }) => data))]);
}

function toMeta(entries: readonly Entry[], primary: number, dataAt: number): Buffer {
  let at = dataAt;
  const places = entries.map(({ data }, index) => {
    at += data.length;
    return Buffer.concat([numbers(2, index + 1, 0, 1), numbers(4, at - data.length, data.length)]);
  });
  const infos = entries.map(({ type }, index) =>
    full("infe", 2, numbers(2, index + 1, 0), Buffer.from(`${type}\0`)),
  );
  const references = entries.flatMap(({ references }, index) =>
    references.map(({ type, to }) => box(type, numbers(2, index + 1, to.length, ...to))),
  );
  let count = 0;
  const associations = entries.map(({ properties }, index) =>
    Buffer.concat([
      numbers(2, index + 1),
      numbers(1, properties.length),
      numbers(2, ...properties.map(() => ++count)),
    ]),
  );
  return full(
    "meta",
    0,
    full("hdlr", 0, numbers(4, 0), Buffer.from("pict"), Buffer.alloc(13)),
    full("pitm", 0, numbers(2, primary)),
    full("iinf", 0, numbers(2, entries.length), ...infos),
    full("iloc", 0, numbers(1, 0x44, 0), numbers(2, entries.length), ...places),
    box(
      "iprp",
      box("ipco", ...entries.flatMap(({ properties }) => properties)),
      box("ipma", numbers(4, 1), numbers(4, entries.length), ...associations),
    ),
    full("iref", 0, ...references),
  );
}
