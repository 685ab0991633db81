import { Buffer } from "node:buffer";

type Xyz = readonly [x: number, y: number, z: number];

const D50: Xyz = [0.9642, 1, 0.8249];
/** Adobe RGB (1998)'s primaries under D50, and its gamma. */
const ADOBE_RGB = {
  rXYZ: [0.60974, 0.31111, 0.01947],
  gXYZ: [0.20528, 0.62567, 0.06087],
  bXYZ: [0.14919, 0.06322, 0.74457],
} as const;

/** A display profile of version 2 (ICC.1:2001-04) in Adobe RGB's colours. */
export function adobeRgbProfile(): Buffer {
  const curves = { rTRC: gamma(2.2), gTRC: gamma(2.2), bTRC: gamma(2.2) };
  const primaries = { rXYZ: xyz(ADOBE_RGB.rXYZ), gXYZ: xyz(ADOBE_RGB.gXYZ), bXYZ: xyz(ADOBE_RGB.bXYZ) };
  return profile("RGB ", { desc: name("Test Adobe RGB"), wtpt: xyz(D50), ...primaries, ...curves });
}

/** A profile of grey with a gamma, version 2. */
export function greyProfile(exponent: number): Buffer {
  return profile("GRAY", { desc: name(`Test grey ${exponent}`), wtpt: xyz(D50), kTRC: gamma(exponent) });
}

function profile(space: string, tags: Record<string, Buffer>): Buffer {
  const names = Object.keys(tags);
  let at = 128 + 4 + 12 * names.length;
  const table = names.map((tag) => {
    const entry = Buffer.alloc(12);
    entry.write(tag, "latin1");
    entry.writeUInt32BE(at, 4);
    entry.writeUInt32BE(tags[tag]?.length ?? 0, 8);
    at += tags[tag]?.length ?? 0;
    return entry;
  });
  const head = Buffer.alloc(132);
  head.writeUInt32BE(at, 0);
  head.writeUInt32BE(0x02400000, 8);
  head.write(`mntr${space}XYZ `, 12, "latin1");
  head.write("acsp", 36, "latin1");
  xyz(D50).copy(head, 68, 8);
  head.writeUInt32BE(names.length, 128);
  return Buffer.concat([head, ...table, ...Object.values(tags)]);
}

function xyz(values: Xyz): Buffer {
  const tag = Buffer.alloc(20);
  tag.write("XYZ ", "latin1");
  for (const [index, value] of values.entries()) tag.writeInt32BE(Math.round(value * 65_536), 8 + 4 * index);
  return tag;
}

function gamma(exponent: number): Buffer {
  const tag = Buffer.alloc(16);
  tag.write("curv", "latin1");
  tag.writeUInt32BE(1, 8);
  tag.writeUInt16BE(Math.round(exponent * 256), 12);
  return tag;
}

function name(text: string): Buffer {
  const tag = Buffer.alloc(Math.ceil((12 + text.length + 1 + 78) / 4) * 4);
  tag.write("desc", "latin1");
  tag.writeUInt32BE(text.length + 1, 8);
  tag.write(text, 12, "latin1");
  return tag;
}
