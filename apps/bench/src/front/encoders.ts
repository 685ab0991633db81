import type { Sharp } from "sharp";

/** An encoder at one effort, and the qualities between which its size at a given quality is read off. */
export interface EncoderSetting {
  name: string;
  qualities: readonly number[];
  encode: (pixels: Sharp, quality: number) => Sharp;
}

const WEBP = [50, 62, 72, 80, 88];
const AVIF = [35, 45, 55, 62, 70];
const JPEG = [60, 72, 80, 86, 91];

/** What the others are measured against: sharp's default WebP. */
export const BASE = "WebP, effort 4";
export const BASE_QUALITY = 80;

export const ENCODERS: readonly EncoderSetting[] = [
  ...[2, 4, 6].map((effort) => ({
    name: `WebP, effort ${effort}`,
    qualities: WEBP,
    encode: (pixels: Sharp, quality: number) => pixels.webp({ quality, effort }),
  })),
  ...[0, 1, 3].map((effort) => ({
    name: `AVIF, effort ${effort}, 4:2:0`,
    qualities: AVIF,
    encode: (pixels: Sharp, quality: number) => pixels.avif({ quality, effort, chromaSubsampling: "4:2:0" }),
  })),
  {
    name: "AVIF, effort 0, 4:4:4",
    qualities: AVIF,
    encode: (pixels, quality) => pixels.avif({ quality, effort: 0, chromaSubsampling: "4:4:4" }),
  },
  { name: "JPEG", qualities: JPEG, encode: (pixels, quality) => pixels.jpeg({ quality }) },
  {
    name: "JPEG, progressive",
    qualities: JPEG,
    encode: (pixels, quality) => pixels.jpeg({ quality, progressive: true }),
  },
  {
    name: "JPEG, mozjpeg",
    qualities: JPEG,
    encode: (pixels, quality) => pixels.jpeg({ quality, mozjpeg: true }),
  },
];
