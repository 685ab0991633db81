import type { Watermark } from "@image-pipeline/schema/config";
import { sharp } from "../engine.ts";
import type { Pixels } from "../pixels.ts";
import type { Size } from "../size.ts";
import { configFile } from "./config-file.ts";
import { cornerOf } from "./framing.ts";

/** Returns a transparent picture of the given size with the logo on it; undefined for a watermark without a logo. */
export async function logoOverlay(
  { width, height }: Size,
  { image, imageHash = "", position, opacityPercent, widthPercent, marginPercent }: Watermark,
): Promise<Pixels | undefined> {
  if (image === undefined) return undefined;
  const logo = await configFile(`logos/${image}`, imageHash);
  const margin = Math.round((marginPercent / 100) * Math.min(width, height));
  const room = { width: Math.max(1, width - 2 * margin), height: Math.max(1, height - 2 * margin) };
  const { data: pixels, info } = await sharp(logo.content)
    .toColourspace("srgb")
    .ensureAlpha()
    .resize({
      width: Math.max(1, Math.min(room.width, Math.round((width * widthPercent) / 100))),
      height: room.height,
      fit: "inside",
    })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const data = Buffer.alloc(width * height * 4);
  const corner = cornerOf(position, { width: room.width - info.width, height: room.height - info.height });
  for (let at = 3; at < pixels.length; at += 4)
    pixels[at] = Math.round(((pixels[at] ?? 0) * opacityPercent) / 100);
  const [left, top] = [corner.left + Math.min(margin, width - 1), corner.top + Math.min(margin, height - 1)];
  for (let line = 0; line < Math.min(info.height, height - top); line++)
    pixels.copy(data, 4 * ((top + line) * width + left), 4 * line * info.width, 4 * (line + 1) * info.width);
  return { data, width, height, channels: 4 };
}
