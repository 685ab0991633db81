import sharp from "sharp";
import type { Photograph } from "./photographs.ts";

const PROFILE_NAME = Buffer.from("ICC_PROFILE\0", "latin1");
const START_OF_SCAN = 0xda;

/**
 * The JPEGs among the photographs, tagged with Display P3 as nearly every phone's are, in place of a profile of their
 * own; the pixels stay as they are.
 */
export async function toWideGamut(photographs: readonly Photograph[]): Promise<Photograph[]> {
  const profile = await displayP3();
  const jpegs = photographs.filter(({ data }) => data[0] === 0xff && data[1] === 0xd8);
  return jpegs.map((photograph) => ({
    ...photograph,
    name: `${photograph.name} in P3`,
    data: withProfile(photograph.data, profile),
  }));
}

async function displayP3(): Promise<Buffer> {
  const pixel = sharp({ create: { width: 1, height: 1, channels: 3, background: "#000000" } });
  const { icc } = await sharp(await pixel.withIccProfile("p3").png().toBuffer()).metadata();
  if (!icc) throw new Error("libvips wrote no Display P3 profile");
  return icc;
}

/** The profile goes into a segment of its own after the start of the image (ICC.1:2022, annex B.4). */
function withProfile(jpeg: Buffer, profile: Buffer): Buffer {
  const body = Buffer.concat([PROFILE_NAME, Buffer.of(1, 1), profile]);
  const head = Buffer.from([0xff, 0xe2, (body.length + 2) >> 8, (body.length + 2) & 0xff]);
  return Buffer.concat([jpeg.subarray(0, 2), head, body, ...partsWithoutProfile(jpeg)]);
}

/** The segments after the start of the image, those of a profile left out, and the rest from the first scan on. */
function* partsWithoutProfile(jpeg: Buffer): Generator<Buffer> {
  let at = 2;
  while (at + 4 <= jpeg.length && jpeg[at + 1] !== START_OF_SCAN) {
    const end = at + 2 + jpeg.readUInt16BE(at + 2);
    const segment = jpeg.subarray(at, end);
    if (!segment.subarray(4).subarray(0, PROFILE_NAME.length).equals(PROFILE_NAME)) yield segment;
    at = end;
  }
  yield jpeg.subarray(at);
}
