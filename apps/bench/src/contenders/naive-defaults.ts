import type { Preset, Presets } from "@image-pipeline/schema/config";
import sharp from "sharp";
import { cpuTime } from "../measure/cpu-time.ts";
import type { Contender } from "../measure/interleave.ts";
import type { Photograph } from "../photographs.ts";

/** What one would write without a second thought for the same sizes: sharp's own encoder settings, WebP and JPEG each. */
export function naiveDefaults(presets: Presets): Contender<Photograph> {
  return {
    name: "naive sharp, its defaults",
    measure: ({ data }) =>
      cpuTime(async () => {
        for (const preset of Object.values(presets)) {
          await naiveResize(data, preset).webp().toBuffer();
          await naiveResize(data, preset).jpeg().toBuffer();
        }
      }),
  };
}

/** A preset's size, the way sharp's documentation does it. */
export function naiveResize(data: Buffer, { width, height, fit }: Preset) {
  const size = { ...(width && { width }), ...(height && { height }) };
  return sharp(data)
    .autoOrient()
    .resize({ ...size, fit, withoutEnlargement: true });
}
