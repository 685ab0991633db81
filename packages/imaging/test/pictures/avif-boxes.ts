import { type Box, boxesIn } from "../../src/iso-items.ts";

/** Additions to the header of an AVIF by sharp: properties of its picture, and references from its picture to its alpha. */
interface Additions {
  properties?: readonly Buffer[];
  reference?: string;
}

/** Returns the property of colours by their codes (ISO/IEC 14496-12, 12.1.5). */
export function nclx({ primaries, transfer }: { primaries: number; transfer: number }): Buffer {
  return box("colr", Buffer.from("nclx", "latin1"), uint16(primaries, transfer, 6), Buffer.of(0x80));
}

/** Returns the property of the brightest pixel in candelas per square metre (ISO/IEC 14496-12, 12.1.6). */
export function clli(peak: number): Buffer {
  return box("clli", uint16(peak, peak / 2));
}

/** Returns an AVIF with additions to its header. */
export function withAvifBoxes(file: Buffer, { properties = [], reference }: Additions): Buffer {
  const outer = [...boxesIn(file)];
  const meta = outer.find(({ type }) => type === "meta")?.body ?? Buffer.of();
  const rebuild = (shift: number) => {
    const inner = [...boxesIn(meta.subarray(4))].map((one) => {
      if (one.type === "iloc") return shifted(one, shift);
      if (one.type === "iprp") return withProperties(one, properties);
      return one.type === "iref" && reference ? withReference(one, reference) : box(one.type, one.body);
    });
    return box("meta", meta.subarray(0, 4), ...inner);
  };
  const shift = rebuild(0).length - (meta.length + 8);
  return Buffer.concat(outer.map(({ type, body }) => (type === "meta" ? rebuild(shift) : box(type, body))));
}

/** Moves the places of the data, as libheif writes them: version 0 or 1, offsets and lengths of 4 bytes, no base, one extent. */
function shifted({ type, body }: Box, shift: number): Buffer {
  const copy = Buffer.from(body);
  const isFirst = copy[0] === 0;
  const baseBytes = (copy[5] ?? 0) >> 4;
  const entry = (isFirst ? 6 : 8) + baseBytes;
  for (let index = 0; index < copy.readUInt16BE(6); index++) {
    const at = 8 + index * (entry + 8) + entry;
    copy.writeUInt32BE(copy.readUInt32BE(at) + shift, at);
  }
  return box(type, copy);
}

function withProperties({ body }: Box, added: readonly Buffer[]): Buffer {
  const [ipco, ipma] = [...boxesIn(body)];
  if (!ipco || !ipma) throw new Error("no list of properties");
  const known = [...boxesIn(ipco.body)].length;
  const count = ipma.body[10] ?? 0;
  const own = Buffer.from(ipma.body.subarray(8, 11 + count));
  own.writeUInt8(count + added.length, 2);
  const indices = Buffer.from(added.map((_, at) => known + at + 1));
  return box(
    "iprp",
    box("ipco", ipco.body, ...added),
    box("ipma", ipma.body.subarray(0, 8), own, indices, ipma.body.subarray(11 + count)),
  );
}

/** Adds a reference from the first item, the picture, to the second, its alpha. */
function withReference({ body }: Box, type: string): Buffer {
  return box("iref", body, box(type, uint16(1, 1, 2)));
}

function box(type: string, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, body]);
}

function uint16(...values: readonly number[]): Buffer {
  const data = Buffer.alloc(2 * values.length);
  for (const [at, value] of values.entries()) data.writeUInt16BE(value, 2 * at);
  return data;
}
