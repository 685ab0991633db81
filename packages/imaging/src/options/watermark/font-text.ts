import type { Watermark } from "@image-pipeline/schema/config";
import { sharp } from "../../engine.ts";
import type { Size } from "../../size.ts";
import { ConfigFileError, configFile } from "../config-file.ts";
import { escapeXml, showFontsBeside } from "./font-folder.ts";
import type { Mask } from "./stroke-mask.ts";
import { fitText, OUTLINE_WIDTH, type TextMasks } from "./text-masks.ts";

const MEASURED_PIXELS = 100;
/** Smaller letters are drawn in this size and then reduced: hinting would change their widths. */
const LEAST_PIXELS = 16;
/** Makes the blurred letters opaque near their edges, so that they are an outline and not a shadow. */
const OUTLINE_GAIN = 6;
/** The least blur in pixels: the outline of small letters is as wide as a pixel. */
const LEAST_SIGMA = 0.7;

/** Opacities of a drawn text, one byte a pixel. */
interface Drawn extends Size {
  data: Buffer;
}

/**
 * Draws a line of text with a font of the config's folder. Pango and HarfBuzz, which libvips contains, order, join and combine
 * the letters as each script needs.
 *
 * @throws {ConfigFileError} if the font is missing or cannot be used
 */
export async function fontText(size: Size, watermark: Watermark & { font: string }): Promise<TextMasks> {
  const { text = "", font, fontHash = "" } = watermark;
  const { path } = await configFile(`fonts/${font}`, fontHash);
  const clean = showFontsBeside(path);
  const draw = (pixels: number) => drawText(text, { path, font, pixels });
  const measured = await draw(MEASURED_PIXELS).finally(clean);
  const inked = {
    width: measured.width + 2 * OUTLINE_WIDTH,
    height: measured.height + 2 * OUTLINE_WIDTH,
  };
  const { scale, margin, box } = fitText(size, inked, watermark);
  const letters = await draw(Math.max(LEAST_PIXELS, MEASURED_PIXELS * scale));
  const placed = await place(letters, box, Math.floor(margin + OUTLINE_WIDTH * scale));
  const blurred = await grey(placed)
    .blur({ sigma: Math.max(LEAST_SIGMA, (OUTLINE_WIDTH * scale) / 2), minAmplitude: 0.02 })
    .extractChannel(0)
    .raw()
    .toBuffer();
  return { ...box, text: toMask(placed.data, 1), outline: toMask(blurred, OUTLINE_GAIN) };
}

async function drawText(text: string, at: { path: string; font: string; pixels: number }): Promise<Drawn> {
  const { path, font, pixels } = at;
  const letters = sharp({
    // The comma ends the font's name, which may look like a size or a style.
    text: { text: escapeXml(text), font: `${font}, ${pixels}`, fontfile: path, dpi: 72 },
  });
  try {
    const { data, info } = await letters.extractChannel(0).raw().toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height };
  } catch (error) {
    throw new ConfigFileError(`fonts/${font} cannot draw the watermark's text`, { cause: error });
  }
}

/** Puts letters in the middle of a box, and reduces those that are larger than the box without its border. */
async function place(letters: Drawn, box: Size, border: number): Promise<Drawn> {
  const room = {
    width: Math.max(1, box.width - 2 * border),
    height: Math.max(1, box.height - 2 * border),
  };
  const { data, info } = await grey(letters)
    .resize({ ...room, fit: "inside", withoutEnlargement: true })
    .extractChannel(0)
    .raw()
    .toBuffer({ resolveWithObject: true });
  const left = Math.floor((box.width - info.width) / 2);
  const top = Math.floor((box.height - info.height) / 2);
  const placed = Buffer.alloc(box.width * box.height);
  for (let line = 0; line < info.height; line++)
    data.copy(placed, (top + line) * box.width + left, line * info.width, (line + 1) * info.width);
  return { data: placed, ...box };
}

function grey({ data, width, height }: Drawn) {
  return sharp(data, { raw: { width, height, channels: 1 } });
}

function toMask(bytes: Buffer, gain: number): Mask {
  return Float32Array.from(bytes, (byte) => Math.min(1, (gain * byte) / 255));
}
