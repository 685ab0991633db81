import sharp from "sharp";

interface Size {
  width: number;
  height: number;
}

/** Files that are small, valid or nearly so, and cost a decoder far more than other files of their size. */

function flat({ width, height }: Size) {
  return sharp({ create: { width, height, channels: 3, background: "#c86432" }, limitInputPixels: false });
}

/**
 * A progressive JPEG with more scans of one colour, each of which says again that its coefficients are 0: libjpeg does not even
 * warn of them.
 */
export async function jpegOfScans(scans: number, size: Size): Promise<Buffer> {
  const jpeg = await flat(size).jpeg({ progressive: true }).toBuffer();
  const [at, next] = firstScanOfCoefficients(jpeg);
  const scan = Buffer.from(jpeg.subarray(jpeg.lastIndexOf(Buffer.of(0xff, 0xc4), at), next));
  // Bits of precision before and after the scan.
  scan[scan.indexOf(Buffer.of(0xff, 0xda)) + 9] = 0;
  return Buffer.concat([
    jpeg.subarray(0, -2),
    ...Array.from({ length: scans }, () => scan),
    jpeg.subarray(-2),
  ]);
}

/** The place of a scan of one colour's higher coefficients that is the first of them, and its end. */
function firstScanOfCoefficients(jpeg: Buffer): [at: number, next: number] {
  for (
    let at = jpeg.indexOf(Buffer.of(0xff, 0xda));
    at !== -1;
    at = jpeg.indexOf(Buffer.of(0xff, 0xda), at + 1)
  ) {
    const [colours, spectralStart = 0, precision = 0] = [jpeg[at + 4], jpeg[at + 7], jpeg[at + 9]];
    if (colours === 1 && spectralStart > 0 && precision >> 4 === 0) return [at, endOfScan(jpeg, at + 10)];
  }
  throw new Error("the JPEG has no such scan");
}

/** The next marker after compressed data, in which FF is followed by 00. */
function endOfScan(jpeg: Buffer, start: number): number {
  let at = jpeg.indexOf(0xff, start);
  while (jpeg[at + 1] === 0) at = jpeg.indexOf(0xff, at + 1);
  return at;
}

/** A progressive JPEG with empty application segments before its first scan, or between its scans. */
export async function jpegOfSegments(segments: number, size: Size, isBetween = false): Promise<Buffer> {
  const jpeg = await flat(size).jpeg({ progressive: true }).toBuffer();
  const at = isBetween ? jpeg.lastIndexOf(Buffer.of(0xff, 0xda)) : 2;
  const empty = Buffer.alloc(4 * segments, Buffer.of(0xff, 0xe1, 0, 2));
  return Buffer.concat([jpeg.subarray(0, at), empty, jpeg.subarray(at)]);
}

/** A WebP of frames of one pixel, 48 bytes each (RFC 9649, section 2.7). */
export async function webpOfFrames(frames: number): Promise<Buffer> {
  const picture = await flat({ width: 1, height: 1 }).webp({ lossless: true }).toBuffer();
  const body = Buffer.concat([Buffer.alloc(16), picture.subarray(12)]);
  const frame = riffChunk("ANMF", body);
  const extended = riffChunk("VP8X", Buffer.from([2, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
  const animation = riffChunk("ANIM", Buffer.alloc(6));
  const content = Buffer.concat([extended, animation, ...Array.from({ length: frames }, () => frame)]);
  return riffChunk("RIFF", Buffer.concat([Buffer.from("WEBP"), content]));
}

function riffChunk(name: string, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(name, "latin1");
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
}

/** An AVIF whose grid refers to one large item for each of its tiles, and shows one tile of them. */
export async function avifOfTiles(
  { rows, columns }: { rows: number; columns: number },
  size: Size,
): Promise<Buffer> {
  const avif = await flat(size).avif({ effort: 0 }).toBuffer();
  const config = boxAt(avif, "av1C");
  const data = boxAt(avif, "mdat").subarray(8);
  const tiles = rows * columns;
  const grid = Buffer.concat([
    Buffer.of(0, 1, rows - 1, columns - 1),
    uint(4, size.width),
    uint(4, size.height),
  ]);
  const meta = (dataAt: number) =>
    fullBox(
      "meta",
      fullBox("hdlr", Buffer.from("\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0\0", "latin1")),
      fullBox("pitm", uint(2, 2)),
      fullBox("iinf", uint(2, 2), itemInfo(1, "av01", { hidden: true }), itemInfo(2, "grid")),
      fullBox(
        "iloc",
        Buffer.of(0x44, 0),
        uint(2, 2),
        Buffer.concat([uint(2, 1), uint(2, 0), uint(2, 1), uint(4, dataAt), uint(4, data.length)]),
        Buffer.concat([
          uint(2, 2),
          uint(2, 0),
          uint(2, 1),
          uint(4, dataAt + data.length),
          uint(4, grid.length),
        ]),
      ),
      fullBox(
        "iref",
        box("dimg", uint(2, 2), uint(2, tiles), ...Array.from({ length: tiles }, () => uint(2, 1))),
      ),
      box(
        "iprp",
        box("ipco", fullBox("ispe", uint(4, size.width), uint(4, size.height)), config),
        fullBox("ipma", uint(4, 2), uint(2, 1), Buffer.of(2, 1, 0x82), uint(2, 2), Buffer.of(2, 1, 0x82)),
      ),
    );
  const type = box("ftyp", Buffer.from("avif\0\0\0\0avifmif1miaf", "latin1"));
  const dataAt = type.length + meta(0).length + 8;
  return Buffer.concat([type, meta(dataAt), box("mdat", data, grid)]);
}

function boxAt(file: Buffer, name: string): Buffer {
  const at = file.indexOf(name) - 4;
  return file.subarray(at, at + file.readUInt32BE(at));
}

function box(name: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([uint(4, 8 + body.length), Buffer.from(name, "latin1"), body]);
}

function fullBox(name: string, ...parts: readonly Buffer[]): Buffer {
  return box(name, Buffer.alloc(4), ...parts);
}

function itemInfo(id: number, type: string, { hidden = false } = {}): Buffer {
  const body = Buffer.concat([uint(2, id), uint(2, 0), Buffer.from(`${type}\0`, "latin1")]);
  return box("infe", Buffer.of(2, 0, 0, hidden ? 1 : 0), body);
}

function uint(length: 2 | 4, value: number): Buffer {
  const bytes = Buffer.alloc(length);
  bytes.writeUIntBE(value, 0, length);
  return bytes;
}

/** Returns whether sharp can read the header of a file: an attack that no decoder opens would prove nothing. */
export async function isOpened(file: Buffer): Promise<boolean> {
  return sharp(file, { limitInputPixels: false })
    .metadata()
    .then(
      () => true,
      () => false,
    );
}
