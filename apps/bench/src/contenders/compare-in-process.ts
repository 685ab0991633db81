import type { Presets } from "@image-pipeline/schema/config";
import type { Comparison } from "../comparison.ts";
import { interleave } from "../measure/interleave.ts";
import { photographs } from "../photographs.ts";
import { toWideGamut } from "../wide-gamut.ts";
import { engine, floor, naiveSharp } from "./in-process.ts";
import { naiveDefaults } from "./naive-defaults.ts";

/** What runs in one process, compared there: bundled and run on its own, with its order as its first argument. */
export interface InProcessOrder {
  photos: string | undefined;
  rounds: number;
  shipped: Presets;
}

const SHIPPED = "this engine, shipped presets";
const { photos, rounds, shipped }: InProcessOrder = JSON.parse(process.argv[2] ?? "");
const pictures = photographs(photos);
const wide = await toWideGamut(pictures);

const comparisons: Comparison[] = [
  {
    title: "five widths, WebP (effort 4, quality 80) and JPEG (quality 80), in one process",
    base: engine().name,
    times: await interleave([engine(), naiveSharp, floor], pictures, rounds),
  },
  {
    title: "the same, photographs with a Display P3 profile",
    base: engine().name,
    times: await interleave([engine(), naiveSharp], wide, rounds),
  },
  {
    title: "the shipped presets, against naive sharp with its default encoders, WebP and JPEG",
    base: SHIPPED,
    times: await interleave([engine(shipped, SHIPPED), naiveDefaults(shipped)], pictures, rounds),
  },
];
process.send?.(JSON.stringify(comparisons));
process.disconnect();
