import type { EncodedRendition } from "@image-pipeline/imaging";
import type { Limits, Preset, Presets } from "@image-pipeline/schema/config";
import type { Facts } from "@image-pipeline/schema/manifest";
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
  /** The point that crops keep, if there is one. */
  focus: Facts["focus"];
}

export interface MeasureSettings {
  limits: Limits;
  /** The text of a source's metadata `focus`. */
  focus?: string | undefined;
  /** The engine, such as the one in a child process. */
  render(
    source: Uint8Array,
    recipe: { presets: Presets; limits: Limits; focus?: string | undefined },
    emit: (rendition: EncodedRendition) => void,
  ): Promise<Facts>;
}

/**
 * Renders a picture as PNG for comparison, and then by a preset: the first of the two may have to wait for the engine's start.
 *
 * @throws {ImageRejection} when the picture cannot be rendered
 */
export async function measurePreset(
  source: Uint8Array,
  preset: Preset,
  settings: MeasureSettings,
): Promise<MeasuredPreset> {
  const lossless: Preset = { ...preset, formats: [{ format: "png", palette: false }] };
  const original = await renderOne(source, lossless, settings);
  const began = performance.now();
  const made = await renderOne(source, { ...preset, formats: preset.formats.slice(0, 1) }, settings);
  const milliseconds = performance.now() - began;
  const [pixels, reference] = [await toRgb(made.data), await toRgb(original.data)];
  const isTiny = Math.min(made.width, made.height) < LEAST_SIDE;
  const metrics = isTiny ? [] : QUALITY_METRICS.filter(({ upTo }) => made.width <= upTo);
  const scores = Object.fromEntries(metrics.map(({ name, score }) => [name, score(reference, pixels)]));
  const { data, contentType, width, height, focus } = made;
  return { data, contentType, width, height, milliseconds, scores, focus };
}

/** Renders the one file that a preset of one format makes. @throws {ImageRejection} when the picture cannot be rendered */
export async function renderOne(
  source: Uint8Array,
  preset: Preset,
  { limits, focus, render }: MeasureSettings,
): Promise<EncodedRendition & Pick<Facts, "focus">> {
  const files: EncodedRendition[] = [];
  const facts = await render(source, { presets: { lab: preset }, limits, focus }, (file) => files.push(file));
  const [made] = files;
  if (!made) throw new Error("the preset makes no file of this picture");
  return { ...made, focus: facts.focus };
}

async function toRgb(file: Uint8Array): Promise<Rgb> {
  const pixels = sharp(file).flatten({ background: "#ffffff" }).toColourspace("srgb");
  const { data, info } = await pixels.raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}
