import { toOptions } from "@image-pipeline/bench/output-options";
import type { Output, Preset, Presets } from "@image-pipeline/schema/config";
import type { CostMeasurement } from "./measurement.ts";

/** The work that the presets ask of the worker for one image. */
export interface RenderWork {
  /** Files that are written. */
  renditions: number;
  /** CPU time on one whole vCPU: the engine and everything around it. */
  cpuMilliseconds: number;
  renditionBytes: number;
  sourceBytes: number;
  /** False if a preset was never measured, and its figures are those of a similar one, by its pixels. */
  isMeasured: boolean;
}

type Measured = Pick<CostMeasurement, "outputs" | "baseMilliseconds" | "worker" | "photographs">;

/** Calculates the work of presets from a measurement, of those in it or of others. */
export function toRenderWork(presets: Presets, measured: Measured): RenderWork {
  const files = outputsOf(presets).map(([name, preset, output]) =>
    figuresOf(name, preset, output, measured.outputs),
  );
  const sum = (of: (file: (typeof files)[number]) => number) =>
    files.reduce((all, file) => all + of(file), 0);
  const sources = measured.photographs.map(({ bytes }) => bytes);
  return {
    renditions: files.length,
    cpuMilliseconds: aroundFiles(measured) + sum(({ milliseconds }) => milliseconds),
    renditionBytes: Math.round(sum(({ bytes }) => bytes)),
    sourceBytes: Math.round(sources.reduce((all, bytes) => all + bytes, 0) / sources.length),
    isMeasured: files.every((file) => file.isMeasured),
  };
}

/** The time of the worker apart from its files: the decode, the facts, the manifest, requests and logs. */
function aroundFiles({ worker, baseMilliseconds, outputs }: Measured): number {
  const shipped = outputs.filter(({ isInPreset }) => isInPreset);
  const encodes = shipped.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  return Math.max(baseMilliseconds, worker.cpuMilliseconds - encodes);
}

/** The files of a photograph; those for animations only are not written. */
export function outputsOf(presets: Presets): [name: string, preset: Preset, output: Output][] {
  return Object.entries(presets).flatMap(([name, preset]) =>
    preset.formats
      .filter((output) => !("animated" in output && output.animated === "only"))
      .map((output): [string, Preset, Output] => [name, preset, output]),
  );
}

/** Returns the figures of an output, or of the one of its format that is nearest in size, by its pixels. */
function figuresOf(name: string, preset: Preset, output: Output, outputs: CostMeasurement["outputs"]) {
  const options = toOptions(preset, output);
  const exact = outputs.find((one) => one.preset === name && one.options === options);
  if (exact) return { ...exact, isMeasured: true };
  const pixels = pixelsOf(preset, outputs);
  const ofFormat = outputs.filter(({ format }) => format === output.format);
  const [nearest] = (ofFormat.length > 0 ? ofFormat : outputs).toSorted(
    (a, b) => Math.abs(a.pixels - pixels) - Math.abs(b.pixels - pixels),
  );
  const factor = nearest ? pixels / nearest.pixels : 0;
  return {
    milliseconds: (nearest?.milliseconds ?? 0) * factor,
    bytes: (nearest?.bytes ?? 0) * factor,
    isMeasured: false,
  };
}

/** The pixels of a preset's files: of its box if it crops, or of its width with the measured pictures' mean proportions. */
function pixelsOf({ width, height, fit }: Preset, outputs: CostMeasurement["outputs"]): number {
  const side = width ?? height ?? 0;
  if (fit !== "inside" && width !== undefined && height !== undefined) return width * height;
  const largest = outputs.toSorted((a, b) => b.pixels - a.pixels)[0];
  const width0 = Number(JSON.parse(largest?.options ?? "{}").width ?? 1);
  const proportion = (largest?.pixels ?? 1) / width0 ** 2;
  return width === undefined ? side ** 2 / proportion : side ** 2 * proportion;
}
