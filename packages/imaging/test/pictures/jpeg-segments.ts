const START_OF_IMAGE_BYTES = 2;
const PICTURE_BYTES_MARKER = Buffer.from("MPF\0", "latin1");

/** Adds a segment after the start of a JPEG. */
export function withSegment(jpeg: Buffer, marker: number, body: Uint8Array): Buffer {
  const segment = Buffer.alloc(4 + body.length);
  segment.set([0xff, marker]);
  segment.writeUInt16BE(2 + body.length, 2);
  segment.set(body, 4);
  return Buffer.concat([
    jpeg.subarray(0, START_OF_IMAGE_BYTES),
    segment,
    jpeg.subarray(START_OF_IMAGE_BYTES),
  ]);
}

/** Joins two JPEGs into a Multi-Picture Object (CIPA DC-007), like a camera's preview or stereo pair. */
export function toMultiPicture(first: Buffer, second: Buffer): Buffer {
  const index = Buffer.alloc(PICTURE_BYTES_MARKER.length + 8);
  PICTURE_BYTES_MARKER.copy(index);
  index.write("II*\0", PICTURE_BYTES_MARKER.length, "latin1");
  return Buffer.concat([withSegment(first, 0xe2, index), second]);
}

/** Changes the Adobe segment of a CMYK JPEG to YCCK. */
export function toYcck(cmyk: Buffer): Buffer {
  const ycck = Buffer.from(cmyk);
  const adobe = ycck.indexOf(Buffer.from("Adobe", "latin1"));
  ycck[adobe + 11] = 2;
  return ycck;
}

const GAIN_MAP_MARKS = {
  iso: { marker: 0xe2, text: "urn:iso:std:iso:ts:21496:-1\0\0\0\0\0" },
  adobe: {
    marker: 0xe1,
    text: 'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0"/>',
  },
} as const;

/** Joins a JPEG and its gain map, marked as ISO 21496-1 or Adobe's specification says. */
export function toUltraHdr(base: Buffer, gainMap: Buffer, kind: keyof typeof GAIN_MAP_MARKS): Buffer {
  const { marker, text } = GAIN_MAP_MARKS[kind];
  return toMultiPicture(withSegment(base, marker, Buffer.from(text, "latin1")), gainMap);
}
