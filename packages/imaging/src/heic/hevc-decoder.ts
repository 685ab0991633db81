/// <reference path="./libheif-bundle.d.ts" />
import type { Libde265 } from "libheif-js/libheif-wasm/libheif-bundle.js";

/** One plane of a decoded picture. Samples of more than 8 bits are two bytes each, the lower first. */
export interface Plane {
  width: number;
  height: number;
  /** Samples from one line to the next. */
  stride: number;
  samples: Uint8Array | Uint16Array;
}

/** A decoded picture, in the decoder's memory: valid until the next one is decoded. */
export interface HevcPicture {
  /** Brightness, then the two of colour unless it is grey. */
  planes: Plane[];
  bitDepth: number;
  /** Declared in the stream (ITU-T H.273): 2 if it is not. */
  matrix: number;
  isFullRange: boolean;
}

export interface HevcDecoder {
  /**
   * Decodes the one picture of a stream, and passes it on.
   *
   * @throws {HevcError} if the stream is damaged
   */
  decode<Result>(units: readonly Buffer[], use: (picture: HevcPicture) => Result): Result;
}

/** A stream that the decoder refuses, or one that needs more memory than it may have. */
export class HevcError extends Error {
  override readonly name = "HevcError";
}

/** Codes of libde265: all above are warnings, such as one about a checksum that does not match. */
const FIRST_WARNING = 1000;
const PAGE_BYTES = 65_536;

let compiled: WebAssembly.Module | undefined;

/**
 * Makes a decoder, which serves one picture and is then forgotten: no picture finds anything of another in its memory.
 *
 * @param maxBytes the most memory that it may use
 */
export async function hevcDecoder(maxBytes: number): Promise<HevcDecoder> {
  const { default: libheif } = await import("libheif-js/libheif-wasm/libheif-bundle.js");
  const lib = libheif({
    instantiateWasm(imports, receive) {
      compiled ??= new WebAssembly.Module(this.wasmBinary);
      const instance = new WebAssembly.Instance(compiled, imports);
      boundMemory(instance, maxBytes);
      return receive(instance);
    },
    print: () => {},
    printErr: () => {},
  });
  return { decode: (units, use) => decodePicture(lib, units, use) };
}

/** Lets the memory of an instance grow up to a bound; beyond it, the decoder is told that there is none. */
function boundMemory({ exports }: WebAssembly.Instance, maxBytes: number): void {
  const memory = Object.values(exports).find((value) => value instanceof WebAssembly.Memory);
  if (!memory) throw new Error("libheif-js exports no memory");
  const grow = memory.grow.bind(memory);
  memory.grow = (pages) => {
    if (memory.buffer.byteLength + pages * PAGE_BYTES > maxBytes) throw new RangeError("beyond the bound");
    return grow(pages);
  };
}

function decodePicture<Result>(
  lib: Libde265,
  units: readonly Buffer[],
  use: (picture: HevcPicture) => Result,
): Result {
  try {
    const decoder = lib._de265_new_decoder();
    if (decoder === 0) throw new HevcError("no memory for the decoder");
    for (const unit of units) push(lib, decoder, unit);
    const result = use(toPicture(lib, firstImage(lib, decoder)));
    // After an error the decoder is not freed: its instance is not used again.
    lib._de265_free_decoder(decoder);
    return result;
  } catch (error) {
    // An exception of the C++ code, or an abort of WebAssembly.
    if (error instanceof Error && !(error instanceof WebAssembly.RuntimeError)) throw error;
    throw new HevcError("the HEVC decoder stopped", { cause: error });
  }
}

function push(lib: Libde265, decoder: number, unit: Buffer): void {
  const at = lib._malloc(unit.length);
  if (at === 0) throw new HevcError("no memory for the stream");
  lib.HEAPU8.set(unit, at);
  const code = lib._de265_push_NAL(decoder, at, unit.length, 0, 0, 0);
  lib._free(at);
  requireOk(code);
}

/** Decodes until there is a picture. */
function firstImage(lib: Libde265, decoder: number): number {
  requireOk(lib._de265_flush_data(decoder));
  const moreAt = lib._malloc(4);
  for (;;) {
    requireOk(lib._de265_decode(decoder, moreAt));
    const image = lib._de265_get_next_picture(decoder);
    if (image !== 0) return image;
    if (lib.HEAPU8[moreAt] === 0) throw new HevcError("the stream has no picture");
  }
}

function requireOk(code: number): void {
  if (code !== 0 && code < FIRST_WARNING) throw new HevcError(`HEVC error ${code}`);
}

function toPicture(lib: Libde265, image: number): HevcPicture {
  const bitDepth = lib._de265_get_bits_per_pixel(image, 0);
  const channels = lib._de265_get_chroma_format(image) === 0 ? [0] : [0, 1, 2];
  return {
    planes: channels.map((channel) => toPlane(lib, image, { channel, bitDepth })),
    bitDepth,
    matrix: lib._de265_get_image_matrix_coefficients(image),
    isFullRange: lib._de265_get_image_full_range_flag(image) !== 0,
  };
}

function toPlane(
  lib: Libde265,
  image: number,
  { channel, bitDepth }: { channel: number; bitDepth: number },
): Plane {
  const strideAt = lib._malloc(4);
  const at = lib._de265_get_image_plane(image, channel, strideAt);
  const memory = lib.HEAPU8;
  const strideBytes = Buffer.from(memory.buffer, strideAt, 4).readInt32LE(0);
  lib._free(strideAt);
  const height = lib._de265_get_image_height(image, channel);
  const width = lib._de265_get_image_width(image, channel);
  const sampleBytes = bitDepth > 8 ? 2 : 1;
  const stride = strideBytes / sampleBytes;
  const count = stride * (height - 1) + width;
  const samples =
    sampleBytes === 2 ? new Uint16Array(memory.buffer, at, count) : new Uint8Array(memory.buffer, at, count);
  return { width, height, stride, samples };
}
