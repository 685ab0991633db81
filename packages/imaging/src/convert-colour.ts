import { sharp } from "./engine.ts";
import type { IccProfile } from "./icc-profile.ts";
import { matrixToSrgb } from "./matrix-to-srgb.ts";
import { type Pixels, toPixels } from "./pixels.ts";
import { toTaggedTiff } from "./tagged-tiff.ts";
import type { TimeBudget } from "./time-budget.ts";

/** Converts pixels from the profile that they were stored under to sRGB. */
export async function toSrgb(pixels: Pixels, profile: IccProfile, budget: TimeBudget): Promise<Pixels> {
  const converted = profile.matrix && pixels.channels > 2 && matrixToSrgb(pixels, profile.matrix);
  return converted || toPixels(openTagged(pixels, profile.data).toColourspace("srgb"), budget);
}

/** Converts pixels to Display P3, by way of 16 bits: sRGB in between would cut off the very colours that are to be kept. */
export async function toDisplayP3(pixels: Pixels, profile: IccProfile, budget: TimeBudget): Promise<Pixels> {
  return toPixels(openTagged(pixels, profile.data).pipelineColourspace("rgb16").withIccProfile("p3"), budget);
}

/** Opens pixels together with the profile that they are in; the operation has to say what becomes of it. */
export function openTagged(pixels: Pixels, profile: Buffer) {
  return sharp(toTaggedTiff(pixels, profile), { limitInputPixels: false });
}

let displayP3: Promise<Buffer> | undefined;

/** The profile that P3 renditions carry, 480 bytes or so: libvips' own. */
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
