import type { Sharp } from "sharp";
import { withAlphaOfRgb } from "./formats/lean-tiff.ts";
import type { FourthChannel } from "./header.ts";
import { type Pixels, toPixels } from "./pixels.ts";
import type { TimeBudget } from "./time-budget.ts";

/** Decodes a picture whose fourth channel libvips takes for straight alpha, though it is not, at its full size. */
export async function decodeFourChannels(
  fourthChannel: FourthChannel,
  { file, opened, budget }: { file: Uint8Array; opened: (file: Uint8Array) => Sharp; budget: TimeBudget },
): Promise<Pixels> {
  if (fourthChannel === "premultiplied") return unmultiplied(await toPixels(opened(file), budget));
  const colours = await toPixels(opened(file).removeAlpha(), budget);
  if (fourthChannel === "unspecified" || colours.channels !== 3) return colours;
  const alpha = opened(withAlphaOfRgb(file)).extractChannel(3).toColourspace("b-w");
  return joined(colours, await toPixels(alpha, budget));
}

/** Returns pixels with straight alpha of pixels whose colours are multiplied by it. */
function unmultiplied(pixels: Pixels): Pixels {
  if (pixels.channels !== 4) return pixels;
  const data = Buffer.from(pixels.data);
  for (let at = 0; at < data.length; at += 4) {
    const alpha = data[at + 3] ?? 0;
    if (alpha === 0 || alpha === 255) continue;
    for (let channel = at; channel < at + 3; channel++)
      data[channel] = Math.min(255, Math.round(((data[channel] ?? 0) * 255) / alpha));
  }
  return { ...pixels, data };
}

/** Returns pixels of three channels with those of another picture as their alpha. */
function joined(colours: Pixels, alpha: Pixels): Pixels {
  const data = Buffer.alloc(4 * alpha.data.length);
  for (let pixel = 0; pixel < alpha.data.length; pixel++) {
    colours.data.copy(data, 4 * pixel, 3 * pixel, 3 * pixel + 3);
    data[4 * pixel + 3] = alpha.data[pixel] ?? 0;
  }
  return { ...colours, data, channels: 4 };
}
