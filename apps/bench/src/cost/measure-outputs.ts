import { renderImage } from "@image-pipeline/imaging";
import { Preset, type Presets } from "@image-pipeline/schema/config";
import { LIMITS } from "../contenders/recipe.ts";
import { mean, median } from "../measure/mean.ts";
import type { Photograph } from "../photographs.ts";
import { toOptions } from "./output-options.ts";

/** One file of one preset: means over the photographs. */
export interface OutputFigures {
  preset: string;
  format: string;
  /** False for a format that the preset lacks, which was measured for comparison. */
  isInPreset: boolean;
  /** The preset with this output alone, as JSON, by which a changed preset is noticed. */
  options: string;
  pixels: number;
  /** CPU time of its resize and its encoder. */
  milliseconds: number;
  bytes: number;
}

/** Formats that a preset may get in place of its own. */
const COMPARED = ["avif", "webp", "jpeg"] as const;
/** A copy of the largest preset: the first file's time includes the decode, and the copy's does not. */
const COPY = "copy-of-the-largest";

/** Measures every file of the presets, in the formats that they have and in those that they could have. */
export async function measureOutputs(
  photographs: readonly Photograph[],
  { rounds, presets }: { rounds: number; presets: Presets },
): Promise<{ baseMilliseconds: number; outputs: OutputFigures[] }> {
  const measured = withCopy(withOtherFormats(presets));
  const runs: Timed[][] = [];
  for (const photograph of photographs) {
    await timesOf(photograph, measured);
    const rendered: Timed[] = [];
    for (let round = 0; round < rounds; round++) rendered.push(await timesOf(photograph, measured));
    runs.push(rendered);
  }
  const perPhotograph = (of: (run: Timed) => number) => mean(runs.map((rounds) => median(rounds.map(of))));
  const outputs = Object.entries(withOtherFormats(presets)).flatMap(([name, preset]) =>
    preset.formats.map((output) => ({
      preset: name,
      format: output.format,
      isInPreset: stillsOf(presets[name]).some(({ format }) => format === output.format),
      options: toOptions(preset, output),
      pixels: perPhotograph(({ files }) => files.get(`${name}.${output.format}`)?.pixels ?? 0),
      milliseconds: perPhotograph(({ files }) => files.get(`${name}.${output.format}`)?.milliseconds ?? 0),
      bytes: perPhotograph(({ files }) => files.get(`${name}.${output.format}`)?.bytes ?? 0),
    })),
  );
  return { baseMilliseconds: perPhotograph(({ base }) => base), outputs };
}

interface Timed {
  base: number;
  files: Map<string, { milliseconds: number; bytes: number; pixels: number }>;
}

/** CPU time from one file to the next; the time that the first one takes beyond its copy is the decode. */
async function timesOf({ data }: Photograph, presets: Presets): Promise<Timed> {
  const files: Timed["files"] = new Map();
  const start = cpuMilliseconds();
  let last = start;
  await renderImage(data, { presets, limits: LIMITS }, ({ preset, format, data, width, height }) => {
    const now = cpuMilliseconds();
    files.set(`${preset}.${format}`, {
      milliseconds: now - last,
      bytes: data.byteLength,
      pixels: width * height,
    });
    last = now;
  });
  const all = cpuMilliseconds() - start;
  const copy = [...files.keys()].find((name) => name.startsWith(COPY)) ?? "";
  const [one, other] = [files.get(copy), files.get(copy.replace(COPY, largestOf(presets)))];
  const encode = Math.min(one?.milliseconds ?? 0, other?.milliseconds ?? 0);
  for (const twin of [one, other]) if (twin) twin.milliseconds = encode;
  const encodes = [...files.values()].reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  return { base: all - encodes, files };
}

function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function stillsOf(preset: Preset | undefined): Preset["formats"] {
  return (preset?.formats ?? []).filter((output) => !("animated" in output && output.animated === "only"));
}

/** Adds the formats that a preset lacks; those for animations only are left out, as photographs do not move. */
function withOtherFormats(presets: Presets): Presets {
  const entries = Object.entries(presets).map(([name, preset]): [string, Preset] => {
    const own = stillsOf(preset);
    const missing = COMPARED.filter((format) => !own.some((output) => output.format === format));
    const added = missing.length > 0 ? Preset.parse({ ...preset, formats: missing }).formats : [];
    return [name, { ...preset, formats: [...own, ...added] }];
  });
  return Object.fromEntries(entries);
}

function withCopy(presets: Presets): Presets {
  const largest = presets[largestOf(presets)];
  const [output] = largest?.formats ?? [];
  return largest && output ? { ...presets, [COPY]: { ...largest, formats: [output] } } : { ...presets };
}

function largestOf(presets: Presets): string {
  const area = ({ width = 0, height = width }: Preset) => width * height;
  const sorted = Object.entries(presets).sort(([, a], [, b]) => area(b) - area(a));
  return sorted.find(([name]) => name !== COPY)?.[0] ?? "";
}
