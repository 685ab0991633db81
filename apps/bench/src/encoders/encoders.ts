import type { AvifOptions, Sharp } from "sharp";

/** An encoder at one effort, and the qualities between which its size at a given quality is read off. */
export interface EncoderSetting {
  name: string;
  qualities: readonly number[];
  encode: (pixels: Sharp, quality: number) => Sharp;
}

const WEBP = [50, 62, 72, 80, 88];
const AVIF = [40, 50, 58, 64, 72];
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
  ...[0, 1, 3].map((effort) => avif(`effort ${effort}`, { effort })),
  avif("effort 0, for IQ", { tune: "iq" }),
  avif("effort 0, 4:4:4", { chromaSubsampling: "4:4:4" }),
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

/** An AVIF encoder: at effort 0, 4:2:0 and tuned for SSIM, but for what is said. */
function avif(name: string, options: AvifOptions): EncoderSetting {
  const settings = { effort: 0, chromaSubsampling: "4:2:0", tune: "ssim", ...options } as const;
  return {
    name: `AVIF, ${name}`,
    qualities: AVIF,
    encode: (pixels, quality) => pixels.avif({ ...settings, quality }),
  };
}
