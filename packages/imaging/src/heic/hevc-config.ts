import type { Size } from "../size.ts";

/** The parts of a HEVC stream's parameter sets that decide what decoding costs (ITU-T H.265, section 7.3.2.2). */
export interface HevcFormat {
  width: number;
  height: number;
  /** The size that is decoded, before the stream's own crop (its conformance window). */
  coded: Size;
  /** 0: grey, 1: 4:2:0, 2: 4:2:2, 3: 4:4:4. */
  chroma: number;
  bitDepth: number;
}

/** The configuration of an item's stream (`hvcC`, ISO/IEC 14496-15, 8.3.3.1). */
export interface HevcConfig {
  format: HevcFormat;
  /** Bytes of the length before each unit of the item's data. */
  lengthBytes: number;
  /** The parameter sets. */
  units: Buffer[];
}

const SEQUENCE_SET = 33;
/** Types of units that contain a slice of a picture; those above are parameter sets and messages. */
const LAST_SLICE = 31;
const MOST_UNITS = 64;

/** Reads a configuration; undefined if it is damaged, or has no sequence parameter set. */
export function readHevcConfig(body: Buffer): HevcConfig | undefined {
  if (body.length < 23) return undefined;
  const units: Buffer[] = [];
  let at = 23;
  for (let arrays = body[22] ?? 0; arrays > 0; arrays--) {
    if (at + 3 > body.length) return undefined;
    let count = body.readUInt16BE(at + 1);
    at += 3;
    for (; count > 0; count--) {
      if (at + 2 > body.length || units.length === MOST_UNITS) return undefined;
      const end = at + 2 + body.readUInt16BE(at);
      if (end > body.length) return undefined;
      units.push(body.subarray(at + 2, end));
      at = end;
    }
  }
  const formats = units.filter((unit) => typeOf(unit) === SEQUENCE_SET).map(readSequenceSet);
  const [format] = formats;
  if (!format || formats.some((one) => !isSameFormat(one, format))) return undefined;
  return { format, lengthBytes: ((body[21] ?? 0) & 3) + 1, units };
}

/**
 * Returns the slices of the one picture that an item's data contain. Parameter sets in them are left out: those of the
 * configuration are checked, and decide what decoding costs.
 *
 * @returns undefined if the data are cut short
 */
export function readSlices(data: Buffer, lengthBytes: number): Buffer[] | undefined {
  const slices: Buffer[] = [];
  let at = 0;
  while (at + lengthBytes <= data.length) {
    const end = at + lengthBytes + data.readUIntBE(at, lengthBytes);
    if (end > data.length) return undefined;
    const unit = data.subarray(at + lengthBytes, end);
    at = end;
    if (unit.length < 3 || typeOf(unit) > LAST_SLICE) continue;
    const isNextPicture = slices.length > 0 && ((unit[2] ?? 0) & 0x80) !== 0;
    if (isNextPicture) return slices;
    slices.push(unit);
  }
  return slices.length > 0 ? slices : undefined;
}

function typeOf(unit: Buffer): number {
  return ((unit[0] ?? 0) >> 1) & 63;
}

export function isSameFormat(a: HevcFormat | undefined, b: HevcFormat): boolean {
  return (
    a?.width === b.width &&
    a.height === b.height &&
    a.coded.width === b.coded.width &&
    a.coded.height === b.coded.height &&
    a.chroma === b.chroma &&
    a.bitDepth === b.bitDepth
  );
}

/** Reads the size, the chroma format and the bit depth of a sequence parameter set. */
function readSequenceSet(unit: Buffer): HevcFormat | undefined {
  const bits = bitReader(withoutEmulation(unit.subarray(2)));
  bits.skip(4);
  const subLayers = bits.read(3);
  bits.skip(1);
  skipProfile(bits, subLayers);
  bits.exponential();
  const chroma = bits.exponential();
  if (chroma === 3 && bits.read(1) === 1) return undefined; // three separate planes
  const coded = { width: bits.exponential(), height: bits.exponential() };
  const [left, right, top, bottom] = bits.read(1) === 1 ? Array.from({ length: 4 }, bits.exponential) : [];
  const [wide, high] = [chroma === 1 || chroma === 2 ? 2 : 1, chroma === 1 ? 2 : 1];
  const [luma, chromaBits] = [8 + bits.exponential(), 8 + bits.exponential()];
  if (bits.isPastEnd() || chroma > 3 || luma !== chromaBits) return undefined;
  return {
    width: coded.width - wide * ((left ?? 0) + (right ?? 0)),
    height: coded.height - high * ((top ?? 0) + (bottom ?? 0)),
    coded,
    chroma,
    bitDepth: luma,
  };
}

/** Skips `profile_tier_level` (7.3.3). */
function skipProfile(bits: ReturnType<typeof bitReader>, subLayers: number): void {
  bits.skip(96);
  const present = Array.from({ length: subLayers }, () => [bits.read(1), bits.read(1)] as const);
  if (subLayers > 0) bits.skip(2 * (8 - subLayers));
  for (const [profile, level] of present) bits.skip(88 * profile + 8 * level);
}

/** Removes the bytes 03 that keep two zeros from looking like the start of a unit (7.4.2). */
function withoutEmulation(data: Buffer): Buffer {
  const kept = data.filter((byte, at) => byte !== 3 || at < 2 || data[at - 1] !== 0 || data[at - 2] !== 0);
  return Buffer.from(kept);
}

function bitReader(data: Buffer) {
  let at = 0;
  const bit = () => {
    const value = ((data[at >> 3] ?? 0) >> (7 - (at & 7))) & 1;
    at++;
    return value;
  };
  const read = (count: number) => {
    let value = 0;
    for (let index = 0; index < count; index++) value = value * 2 + bit();
    return value;
  };
  return {
    read,
    skip(count: number) {
      at += count;
    },
    /** Reads an Exp-Golomb code (9.2). */
    exponential(): number {
      let zeros = 0;
      while (zeros < 32 && at < 8 * data.length && bit() === 0) zeros++;
      return 2 ** zeros - 1 + read(zeros);
    },
    isPastEnd: () => at > 8 * data.length,
  };
}
