import { Buffer } from "node:buffer";

type Xyz = readonly [x: number, y: number, z: number];

const D50: Xyz = [0.9642, 1, 0.8249];
/** Primaries of Adobe RGB (1998) under D50, and its gamma. */
const ADOBE_RGB = {
  rXYZ: [0.60974, 0.31111, 0.01947],
  gXYZ: [0.20528, 0.62567, 0.06087],
  bXYZ: [0.14919, 0.06322, 0.74457],
} as const;
const SRGB = {
  rXYZ: [0.43607, 0.22249, 0.01392],
  gXYZ: [0.38515, 0.71687, 0.09708],
  bXYZ: [0.14307, 0.06061, 0.7141],
} as const;
const PRO_PHOTO_RGB = {
  rXYZ: [0.79766, 0.28804, 0],
  gXYZ: [0.13519, 0.71187, 0],
  bXYZ: [0.03135, 0.00009, 0.8249],
} as const;

/** Returns a display profile of version 2 (ICC.1:2001-04) for Adobe RGB. */
export function adobeRgbProfile(curve = gammaCurve(2.2)): Buffer {
  return rgbProfile(ADOBE_RGB, curve);
}

/** Returns the same kind of profile for sRGB. */
export function srgbProfile(curve: Buffer): Buffer {
  return rgbProfile(SRGB, curve);
}

/** Returns the same kind of profile for ProPhoto RGB, with values that are not visible colours. */
export function proPhotoProfile(): Buffer {
  return rgbProfile(PRO_PHOTO_RGB, gammaCurve(1.8));
}

function rgbProfile(primaries: Record<string, Xyz>, curve: Buffer): Buffer {
  const colours = Object.fromEntries(Object.entries(primaries).map(([tag, values]) => [tag, xyz(values)]));
  const curves = { rTRC: curve, gTRC: curve, bTRC: curve };
  return profile("RGB ", { desc: name("Test RGB"), wtpt: xyz(D50), ...colours, ...curves });
}

/** Returns a profile of grey with a gamma, version 2. */
export function greyProfile(exponent: number): Buffer {
  return profile("GRAY", { desc: name(`Test grey ${exponent}`), wtpt: xyz(D50), kTRC: gammaCurve(exponent) });
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

/** Returns a `curv` tag with one exponent. */
export function gammaCurve(exponent: number): Buffer {
  return tableCurve([Math.round(exponent * 256)]);
}

/** Returns a `curv` tag: no point is a straight line, one is an exponent in 256ths, more are 16-bit values. */
export function tableCurve(points: readonly number[]): Buffer {
  const tag = Buffer.alloc(Math.ceil((12 + 2 * points.length) / 4) * 4);
  tag.write("curv", "latin1");
  tag.writeUInt32BE(points.length, 8);
  for (const [index, point] of points.entries()) tag.writeUInt16BE(point, 12 + 2 * index);
  return tag;
}

/** Returns a `para` tag of one of the forms 0 to 4 with its parameters (ICC.1:2022, 10.18). */
export function parametricCurve(form: number, parameters: readonly number[]): Buffer {
  const tag = Buffer.alloc(12 + 4 * parameters.length);
  tag.write("para", "latin1");
  tag.writeUInt16BE(form, 8);
  for (const [index, value] of parameters.entries())
    tag.writeInt32BE(Math.round(value * 65_536), 12 + 4 * index);
  return tag;
}

function name(text: string): Buffer {
  const tag = Buffer.alloc(Math.ceil((12 + text.length + 1 + 78) / 4) * 4);
  tag.write("desc", "latin1");
  tag.writeUInt32BE(text.length + 1, 8);
  tag.write(text, 12, "latin1");
  return tag;
}
