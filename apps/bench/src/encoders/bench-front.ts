import sharp from "sharp";
import { cpuTime } from "../measure/cpu-time.ts";
import { median } from "../measure/mean.ts";
import type { Photograph } from "../photographs.ts";
import { progress } from "../report/progress.ts";
import { type Row, toTable } from "../report/table.ts";
import { BASE, BASE_QUALITY, ENCODERS, type EncoderSetting } from "./encoders.ts";
import { atScore, type Encode } from "./interpolate.ts";
import { QUALITY_METRICS, type QualityMetric } from "./quality-metrics.ts";
import type { Rgb } from "./ssimulacra2.ts";

const WIDTHS = [320, 640, 1280, 2048];

/** One encoder's cost at one width, as shares of the base's: the median over the photographs. */
export interface FrontPoint {
  encoder: string;
  width: number;
  metric: string;
  cpu: number;
  bytes: number;
}

/** What each encoder costs in CPU time and in bytes, at the quality that the base has at its default setting. */
export async function benchFront(photographs: readonly Photograph[], rounds: number): Promise<FrontPoint[]> {
  const points: FrontPoint[] = [];
  for (const width of WIDTHS) {
    const metrics = QUALITY_METRICS.filter(({ upTo }) => width <= upTo);
    const costs = new Map<string, Cost[]>();
    for (const [index, { name, data }] of photographs.entries()) {
      progress(`${width} px: ${name} (${index + 1} of ${photographs.length})`);
      for (const cost of await costsOf(await toRgb(data, width), { metrics, rounds })) {
        const key = `${cost.metric}\n${cost.encoder}`;
        costs.set(key, [...(costs.get(key) ?? []), cost]);
      }
    }
    points.push(...[...costs.values()].flatMap((all) => toPoint(all, width)));
  }
  progress("");
  return points;
}

type Cost = Omit<FrontPoint, "width">;

function toPoint(costs: readonly Cost[], width: number): FrontPoint[] {
  const [first] = costs;
  if (!first) return [];
  const [cpu, bytes] = [median(costs.map((cost) => cost.cpu)), median(costs.map((cost) => cost.bytes))];
  return [{ encoder: first.encoder, metric: first.metric, width, cpu, bytes }];
}

/** Every encoder's cost on one picture, by each metric. */
async function costsOf(
  original: Rgb,
  { metrics, rounds }: { metrics: readonly QualityMetric[]; rounds: number },
): Promise<Cost[]> {
  const curves = new Map<string, Map<string, Encode[]>>();
  for (const setting of ENCODERS)
    curves.set(setting.name, await curveOf(original, setting, { metrics, rounds }));
  return metrics.flatMap(({ name }) => {
    const base = curves.get(BASE)?.get(name) ?? [];
    const target =
      base[ENCODERS.find((setting) => setting.name === BASE)?.qualities.indexOf(BASE_QUALITY) ?? 0];
    if (!target) throw new Error(`${BASE} was not measured at quality ${BASE_QUALITY}`);
    return [...curves].map(([encoder, byMetric]) => {
      const { bytes, milliseconds } = atScore(byMetric.get(name) ?? [], target.score);
      return { encoder, metric: name, cpu: milliseconds / target.milliseconds, bytes: bytes / target.bytes };
    });
  });
}

/** Encodes at each of the encoder's qualities; the same encodes by metric, with that metric's score. */
async function curveOf(
  original: Rgb,
  { encode, qualities }: EncoderSetting,
  { metrics, rounds }: { metrics: readonly QualityMetric[]; rounds: number },
): Promise<Map<string, Encode[]>> {
  const curve = new Map<string, Encode[]>(metrics.map(({ name }) => [name, []]));
  const { width, height } = original;
  for (const quality of qualities) {
    let file = Buffer.of();
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const pixels = sharp(original.data, { raw: { width, height, channels: 3 } });
      times.push(
        await cpuTime(async () => {
          file = await encode(pixels, quality).toBuffer();
        }),
      );
    }
    const distorted = { width, height, data: await sharp(file).toColourspace("srgb").raw().toBuffer() };
    for (const { name, score } of metrics) {
      curve
        .get(name)
        ?.push({ bytes: file.length, milliseconds: median(times), score: score(original, distorted) });
    }
  }
  return curve;
}

async function toRgb(source: Buffer, width: number): Promise<Rgb> {
  const upright = sharp(source).autoOrient().resize({ width, withoutEnlargement: true }).removeAlpha();
  const { data, info } = await upright.raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** The front as text, a table for each metric: CPU time and bytes by width, as shares of the base's. */
export function frontTable(points: readonly FrontPoint[]): string {
  const tables = [...new Set(points.map(({ metric }) => metric))].map((metric) => {
    const rows = ENCODERS.map(({ name }): Row => {
      const own = WIDTHS.map((width) =>
        points.find((point) => point.metric === metric && point.encoder === name && point.width === width),
      );
      return [
        name,
        ...own.map((point) => (point ? `${point.cpu.toFixed(2)} / ${point.bytes.toFixed(2)}` : "")),
      ];
    });
    const head: Row = [`CPU / bytes at equal ${metric}, by width`, ...WIDTHS.map((width) => `${width} px`)];
    return toTable(head, rows);
  });
  return `${tables.join("\n\n")}\n${BASE} at quality ${BASE_QUALITY} = 1.00\n`;
}
