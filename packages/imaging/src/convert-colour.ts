import { sharp } from "./engine.ts";
import type { IccProfile } from "./icc-profile.ts";
import { matrixToSrgb } from "./matrix-to-srgb.ts";
import { type Pixels, toPixels } from "./pixels.ts";
import { toTaggedTiff } from "./tagged-tiff.ts";
import type { TimeBudget } from "./time-budget.ts";

/** Converts pixels from their profile to sRGB. */
export async function toSrgb(pixels: Pixels, profile: IccProfile, budget: TimeBudget): Promise<Pixels> {
  const converted = profile.matrix && pixels.channels > 2 && matrixToSrgb(pixels, profile.matrix);
  return converted || toPixels(openTagged(pixels, profile.data).toColourspace("srgb"), budget);
}

/** Converts pixels to Display P3 through 16 bits: sRGB in between would clip the colours that P3 keeps. */
export async function toDisplayP3(pixels: Pixels, profile: IccProfile, budget: TimeBudget): Promise<Pixels> {
  return toPixels(openTagged(pixels, profile.data).pipelineColourspace("rgb16").withIccProfile("p3"), budget);
}

/** Opens pixels together with their profile; the operation must convert or keep it. */
export function openTagged(pixels: Pixels, profile: Buffer) {
  return sharp(toTaggedTiff(pixels, profile), { limitInputPixels: false });
}

let displayP3: Promise<Buffer> | undefined;

/** Returns the profile of P3 renditions: the one in libvips, of about 480 bytes. */
export async function displayP3Profile(): Promise<Buffer> {
  displayP3 ??= makeDisplayP3Profile();
  return displayP3;
}

async function makeDisplayP3Profile(): Promise<Buffer> {
  const pixel = sharp({ create: { width: 1, height: 1, channels: 3, background: "#000000" } });
  const { icc } = await sharp(await pixel.withIccProfile("p3").png().toBuffer()).metadata();
  if (!icc) throw new Error("libvips wrote no Display P3 profile");
  return icc;
}
