import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
// The Rust crate `ssimulacra2` as WebAssembly: 85 kB, and no program to install.
import { calc_s2, initSync, new_buffer } from "calc-s2-rust/calc_s2_rust.js";

const WASM = createRequire(import.meta.url).resolve("calc-s2-rust/calc_s2_rust_bg.wasm");

/** RGB pixels, 8 bits a channel. */
export interface Rgb {
  width: number;
  height: number;
  data: Buffer;
}

let started: { memory: { buffer: ArrayBuffer } } | undefined;

/**
 * SSIMULACRA2 (Sneyers, github.com/cloudinary/ssimulacra2) of two pictures of one size: 100 for the same picture, 90
 * where hardly anyone sees a difference, 70 for high quality, 50 for medium.
 */
export function ssimulacra2(original: Rgb, distorted: Rgb): number {
  started ??= initSync(readFileSync(WASM));
  const { memory } = started;
  for (const [name, { data }] of Object.entries({ original, distorted })) {
    const at = newBuffer(name, data.length);
    // Asked for anew each time: the bytes move when the memory grows.
    new Uint8Array(memory.buffer, at, data.length).set(data);
  }
  return calc_s2("original", "distorted", original.width, original.height);
}

/** The package tells each buffer to the console, which is where the figures go. */
function newBuffer(name: string, length: number): number {
  const { log } = console;
  console.log = () => {};
  try {
    return new_buffer(name, length);
  } finally {
    console.log = log;
  }
}
