/// <reference path="./heic-convert.d.ts" />
import { renderImage } from "@image-pipeline/imaging";
import type { Presets } from "@image-pipeline/schema/config";
import heicConvert from "heic-convert";
import sharp from "sharp";
import { cpuTime } from "../measure/cpu-time.ts";
import type { Contender } from "../measure/interleave.ts";
import type { Photograph } from "../photographs.ts";
import { LIMITS, QUALITY, SAME_SETTINGS, WEBP_EFFORT, WIDTHS } from "./recipe.ts";

const WEBP = { quality: QUALITY, effort: WEBP_EFFORT };
const JPEG = { quality: QUALITY };
const LARGEST = Math.max(...WIDTHS);

/** This engine, facts and proof of privacy included. */
export function engine(presets: Presets = SAME_SETTINGS, name = "this engine"): Contender<Photograph> {
  return {
    name,
    measure: ({ data }) =>
      cpuTime(async () => {
        await renderImage(data, { presets, limits: LIMITS }, () => {});
      }),
  };
}

/** One pipeline of sharp's for each rendition, as its documentation shows it. */
export const naiveSharp: Contender<Photograph> = {
  name: "naive sharp",
  measure: ({ data }) => cpuTime(() => renderNaively(data)),
};

/** sharp reads no HEIC, so most programs convert it to a JPEG first. */
export const heicConvertAndSharp: Contender<Photograph> = {
  name: "heic-convert, then naive sharp",
  measure: ({ data }) =>
    cpuTime(async () => {
      await renderNaively(await heicToJpeg(data));
    }),
};

export async function heicToJpeg(data: Buffer): Promise<Buffer> {
  return Buffer.from(await heicConvert({ buffer: data, format: "JPEG" }));
}

async function renderNaively(data: Buffer): Promise<void> {
  for (const width of WIDTHS) {
    await upright(data, width).webp(WEBP).toBuffer();
    await upright(data, width).jpeg(JPEG).toBuffer();
  }
}

/** What no way of doing it can do without: one decode shrunk on load, and the encodes from pixels that are there already. */
export const floor: Contender<Photograph> = {
  name: "the floor",
  measure: async ({ data }) => {
    const sizes = await Promise.all(
      WIDTHS.map((width) => upright(data, width).raw().toBuffer({ resolveWithObject: true })),
    );
    return cpuTime(async () => {
      await upright(data, LARGEST).raw().toBuffer();
      for (const { data: pixels, info } of sizes) {
        const { width, height, channels } = info;
        await sharp(pixels, { raw: { width, height, channels } }).webp(WEBP).toBuffer();
        await sharp(pixels, { raw: { width, height, channels } }).jpeg(JPEG).toBuffer();
      }
    });
  },
};

function upright(data: Buffer, width: number) {
  return sharp(data).autoOrient().resize({ width, withoutEnlargement: true });
}
