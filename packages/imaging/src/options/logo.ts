import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Watermark } from "@image-pipeline/schema/config";
import { sharp } from "../engine.ts";
import type { Pixels } from "../pixels.ts";
import type { Size } from "../size.ts";
import { cornerOf } from "./framing.ts";

/** A logo that is missing from the function, or is another one than the config was read with: a new build answers it. */
export class LogoError extends Error {
  override readonly name = "LogoError";
}

/** The logos of this process by their hashes. */
const logos = new Map<string, Promise<Buffer>>();

/** Returns a transparent picture of the given size with the logo on it; undefined for a watermark without a logo. */
export async function logoOverlay(
  { width, height }: Size,
  { image, imageHash = "", position, opacityPercent, widthPercent, marginPercent }: Watermark,
): Promise<Pixels | undefined> {
  if (image === undefined) return undefined;
  const logo = await logoFile(image, imageHash);
  const margin = Math.round((marginPercent / 100) * Math.min(width, height));
  const room = { width: Math.max(1, width - 2 * margin), height: Math.max(1, height - 2 * margin) };
  const { data: pixels, info } = await sharp(logo)
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

/** Returns the file of a logo, which is read once. @throws {LogoError} */
function logoFile(image: string, hash: string): Promise<Buffer> {
  const known = logos.get(hash);
  if (known) return known;
  const reading = readLogo(image, hash);
  logos.set(hash, reading);
  reading.catch(() => logos.delete(hash));
  return reading;
}

async function readLogo(image: string, hash: string): Promise<Buffer> {
  const file = await findLogo(image, process.env.LOGO_PARENT ?? import.meta.dirname);
  if (!file) throw new LogoError(`the logo ${image} is missing: build and deploy again`);
  if (createHash("sha256").update(file).digest("hex").startsWith(hash)) return file;
  throw new LogoError(`the logo ${image} is not the one of the config: build and deploy again`);
}

/** Reads a logo from the folder `logos` beside this program, or in the first folder above that has it. */
async function findLogo(image: string, folder: string): Promise<Buffer | undefined> {
  const file = await readFile(join(folder, "logos", image)).catch(() => undefined);
  if (file) return file;
  const parent = dirname(folder);
  return parent === folder ? undefined : findLogo(image, parent);
}
