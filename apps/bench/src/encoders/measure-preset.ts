import type { EncodedRendition } from "@image-pipeline/imaging";
import type { Limits, Preset, Presets } from "@image-pipeline/schema/config";
import type { Facts } from "@image-pipeline/schema/manifest";
import { compareFiles } from "./compare-files.ts";

/** A picture by a preset of one format, and how alike it is to the same picture without loss. */
export interface MeasuredPreset {
  data: Uint8Array;
  contentType: string;
  width: number;
  height: number;
  /** Of this file alone, with the decode. */
  milliseconds: number;
  /** By the metric's name; without those that do not fit a picture of this size, or take more than the limits of rendering. */
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
 * @param signal aborts when the scores are not wanted any more
 * @throws {ImageRejection} when the picture cannot be rendered
 */
export async function measurePreset(
  source: Uint8Array,
  preset: Preset,
  { signal, ...settings }: MeasureSettings & { signal: AbortSignal },
): Promise<MeasuredPreset> {
  const lossless: Preset = { ...preset, formats: [{ format: "png", palette: false }] };
  const original = await renderOne(source, lossless, settings);
  const began = performance.now();
  const made = await renderOne(source, { ...preset, formats: preset.formats.slice(0, 1) }, settings);
  const milliseconds = performance.now() - began;
  const scores = await compareFiles(
    { original: original.data, made: made.data },
    { bounds: toBounds(settings.limits), signal },
  );
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

/** The limits of rendering, with more time on a machine whose processors are busy. */
function toBounds({ maxRenderSeconds: cpuSeconds, maxRenderMemoryBytes: memoryBytes }: Limits) {
  return { wallSeconds: 10 * cpuSeconds, cpuSeconds, memoryBytes };
}
