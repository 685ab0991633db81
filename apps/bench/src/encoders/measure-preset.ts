import { renderImage } from "@image-pipeline/imaging";
import type { Limits, Preset } from "@image-pipeline/schema/config";
import sharp from "sharp";
import { QUALITY_METRICS } from "./quality-metrics.ts";
import type { Rgb } from "./ssimulacra2.ts";

/** The metrics compare windows of a picture, in several sizes: of a smaller picture they say nothing. */
const LEAST_SIDE = 64;

/** A picture by a preset of one format, and how alike it is to the same picture without loss. */
export interface MeasuredPreset {
  data: Uint8Array;
  contentType: string;
  width: number;
  height: number;
  /** Of this file alone, with the decode. */
  milliseconds: number;
  /** By the metric's name; without those that do not fit a picture of this size. */
  scores: Record<string, number>;
}

/**
 * Renders a picture by a preset, and once more as PNG for comparison.
 *
 * @throws {ImageRejection} when the picture cannot be rendered
 */
export async function measurePreset(
  source: Uint8Array,
  preset: Preset,
  { limits, focus }: { limits: Limits; focus?: string | undefined },
): Promise<MeasuredPreset> {
  const began = performance.now();
  const [made] = await renderAll(
    source,
    { ...preset, formats: preset.formats.slice(0, 1) },
    { limits, focus },
  );
  const milliseconds = performance.now() - began;
  const lossless: Preset = { ...preset, formats: [{ format: "png", palette: false }] };
  const [original] = await renderAll(source, lossless, { limits, focus });
  if (!made || !original) throw new Error("the preset makes no file of this picture");
  const [pixels, reference] = [await toRgb(made.data), await toRgb(original.data)];
  const isTiny = Math.min(made.width, made.height) < LEAST_SIDE;
  const metrics = isTiny ? [] : QUALITY_METRICS.filter(({ upTo }) => made.width <= upTo);
  const scores = Object.fromEntries(metrics.map(({ name, score }) => [name, score(reference, pixels)]));
  const { data, contentType, width, height } = made;
  return { data, contentType, width, height, milliseconds, scores };
}

async function renderAll(
  source: Uint8Array,
  preset: Preset,
  { limits, focus }: { limits: Limits; focus?: string | undefined },
) {
  const files: Parameters<Parameters<typeof renderImage>[2]>[0][] = [];
  await renderImage(source, { presets: { lab: preset }, limits, focus }, (file) => files.push(file));
  return files;
}

async function toRgb(file: Uint8Array): Promise<Rgb> {
  const pixels = sharp(file).flatten({ background: "#ffffff" }).toColourspace("srgb");
  const { data, info } = await pixels.raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}
