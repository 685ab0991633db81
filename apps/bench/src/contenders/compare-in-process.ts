import type { Preset, Presets } from "@image-pipeline/schema/config";
import sharp from "sharp";
import type { Comparison } from "../comparison.ts";
import { cpuTime } from "../measure/cpu-time.ts";
import { type Contender, interleave } from "../measure/interleave.ts";
import { heicPhotographs, type Photograph, photographsForAll } from "../photographs.ts";
import { screenshots } from "../screenshots.ts";
import { smallPictures } from "../small-pictures.ts";
import { toWideGamut } from "../wide-gamut.ts";
import { engine, floor, heicConvertAndSharp, heicToJpeg, naiveSharp } from "./in-process.ts";
import { SHARP_COLOURS } from "./recipe.ts";

/** What runs in one process, compared there: bundled and run on its own, with its order as its first argument. */
export interface InProcessOrder {
  photos: string | undefined;
  rounds: number;
  shipped: Presets;
}

const SHIPPED = "this engine, shipped presets";
const { photos, rounds, shipped }: InProcessOrder = JSON.parse(process.argv[2] ?? "");
const pictures = photographsForAll(photos);
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
  {
    title: "the same five widths, pictures under 500 pixels in JPEG, PNG and WebP",
    base: engine().name,
    times: await interleave([engine(), naiveSharp], await smallPictures(pictures), rounds),
  },
  {
    title: "the same five widths, screenshots in PNG",
    base: engine().name,
    times: await interleave(
      [engine(), engine(SHARP_COLOURS, "this engine, colours kept sharp"), naiveSharp],
      await screenshots(),
      rounds,
    ),
  },
];
const heic = heicPhotographs(photos);
if (heic.length > 0) {
  comparisons.push({
    title: "the same five widths, photographs in HEIC",
    base: engine().name,
    times: await interleave([engine(), heicConvertAndSharp], heic, rounds),
  });
  comparisons.push({
    title:
      "the shipped presets, photographs in HEIC, against heic-convert and naive sharp with its default encoders",
    base: SHIPPED,
    times: await interleave([engine(shipped, SHIPPED), naiveDefaults(shipped, heicToJpeg)], heic, rounds),
  });
}
process.send?.(JSON.stringify(comparisons));
process.disconnect();

/**
 * What one would write without a second thought for the same sizes: sharp's own encoder settings, WebP and JPEG each.
 *
 * @param toReadable converts a file that sharp does not read
 */
function naiveDefaults(
  presets: Presets,
  toReadable?: (data: Buffer) => Promise<Buffer>,
): Contender<Photograph> {
  return {
    name: toReadable ? "heic-convert, then naive sharp, its defaults" : "naive sharp, its defaults",
    measure: ({ data }) =>
      cpuTime(async () => {
        const readable = toReadable ? await toReadable(data) : data;
        for (const preset of Object.values(presets)) {
          await naiveResize(readable, preset).webp().toBuffer();
          await naiveResize(readable, preset).jpeg().toBuffer();
        }
      }),
  };
}

/** A preset's size, the way sharp's documentation does it. */
function naiveResize(data: Buffer, { width, height, fit }: Preset) {
  const size = { ...(width && { width }), ...(height && { height }) };
  return sharp(data)
    .autoOrient()
    .resize({ ...size, fit, withoutEnlargement: true });
}
