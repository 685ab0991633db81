import type { Pixels } from "./pixels.ts";

const HEADER_BYTES = 8;
const FIELD_BYTES = 12;
const SHORT = 3;
const LONG = 4;
const UNDEFINED = 7;

type Field = readonly [tag: number, type: number, count: number, value: number];

/**
 * Returns pixels as an uncompressed TIFF with a colour profile: the only way to give libvips raw pixels together with
 * their profile (TIFF 6.0; tag 34675: ICC.1:2022, annex B.4).
 */
export function toTaggedTiff({ data, width, height, channels }: Pixels, profile: Uint8Array): Buffer {
  const bitsAt = HEADER_BYTES + data.length + (data.length & 1);
  const profileAt = bitsAt + 2 * channels;
  const directoryAt = profileAt + profile.length + (profile.length & 1);
  const colours = channels < 3 ? 1 : 3;
  const fields: Field[] = [
    [256, LONG, 1, width],
    [257, LONG, 1, height],
    [258, SHORT, channels, channels > 2 ? bitsAt : 8 | (8 << 16)],
    [259, SHORT, 1, 1], // not compressed
    [262, SHORT, 1, colours === 1 ? 1 : 2], // brightness, or red, green and blue
    [273, LONG, 1, HEADER_BYTES],
    [277, SHORT, 1, channels],
    [278, LONG, 1, height],
    [279, LONG, 1, data.length],
  ];
  if (channels > colours) fields.push([338, SHORT, 1, 2]); // straight alpha
  fields.push([34_675, UNDEFINED, profile.length, profileAt]);

  const file = Buffer.allocUnsafe(directoryAt + 2 + FIELD_BYTES * fields.length + 4);
  file.write("II*\0", "latin1");
  file.writeUInt32LE(directoryAt, 4);
  data.copy(file, HEADER_BYTES);
  for (let channel = 0; channel < channels; channel++) file.writeUInt16LE(8, bitsAt + 2 * channel);
  file.set(profile, profileAt);
  writeDirectory(file, directoryAt, fields);
  return file;
}

function writeDirectory(file: Buffer, start: number, fields: readonly Field[]): void {
  let at = file.writeUInt16LE(fields.length, start);
  for (const [tag, type, count, value] of fields) {
    at = file.writeUInt16LE(tag, at);
    at = file.writeUInt16LE(type, at);
    at = file.writeUInt32LE(count, at);
    at = file.writeUInt32LE(value, at);
  }
  file.writeUInt32LE(0, at); // no further directory
}
