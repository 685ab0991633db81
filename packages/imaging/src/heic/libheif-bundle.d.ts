declare module "libheif-js/libheif-wasm/libheif-bundle.js" {
  /** libheif-js, as far as it is used: the HEVC decoder libde265 that it contains (github.com/strukturag/libde265, de265.h). */
  export interface Libde265 {
    HEAPU8: Uint8Array;
    _malloc(bytes: number): number;
    _free(at: number): void;
    _de265_new_decoder(): number;
    _de265_free_decoder(decoder: number): number;
    _de265_push_NAL(
      decoder: number,
      at: number,
      bytes: number,
      ptsLow: number,
      ptsHigh: number,
      user: number,
    ): number;
    _de265_flush_data(decoder: number): number;
    _de265_decode(decoder: number, moreAt: number): number;
    _de265_get_next_picture(decoder: number): number;
    _de265_get_chroma_format(image: number): number;
    _de265_get_image_width(image: number, channel: number): number;
    _de265_get_image_height(image: number, channel: number): number;
    _de265_get_bits_per_pixel(image: number, channel: number): number;
    _de265_get_image_plane(image: number, channel: number, strideAt: number): number;
    _de265_get_image_matrix_coefficients(image: number): number;
    _de265_get_image_full_range_flag(image: number): number;
  }

  interface Options {
    /** Instantiates the decoder; called as a method of an object with its code. Returns what `receive` returns. */
    instantiateWasm(
      this: { wasmBinary: Uint8Array<ArrayBuffer> },
      imports: WebAssembly.Imports,
      receive: (instance: WebAssembly.Instance) => unknown,
    ): unknown;
    print(text: string): void;
    printErr(text: string): void;
  }

  export default function libheif(options: Options): Libde265;
}

/** The part of WebAssembly's API that is used, which TypeScript declares for browsers only. */
declare namespace WebAssembly {
  type Imports = Record<string, Record<string, unknown>>;
  class Module {
    constructor(code: Uint8Array<ArrayBuffer>);
  }
  class Instance {
    constructor(module: Module, imports: Imports);
    readonly exports: Record<string, unknown>;
  }
  class Memory {
    constructor(limits: { initial: number; maximum?: number });
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  class RuntimeError extends Error {}
}
