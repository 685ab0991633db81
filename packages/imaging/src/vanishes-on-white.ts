import type { Pixels } from "./pixels.ts";

/** Levels from white, on white, up to which a pixel is hard to see, and the share of visible pixels that may be further from it. */
const NEAR_WHITE = 40;
const FAR_SHARE = 0.01;
/** Pixels that are looked at, about: enough for shares, in a millisecond. */
const SAMPLES = 50_000;
/** Alpha from which a pixel counts as visible on some background. */
const VISIBLE = 32;

/**
 * Returns true for a picture with transparency whose visible pixels are all nearly white, such as a white logo: on white it would be
 * a blank area.
 */
export function vanishesOnWhite({ data, channels }: Pixels): boolean {
  if (channels !== 2 && channels !== 4) return false;
  let [clear, visible, far] = [0, 0, 0];
  // An odd distance, so that columns of an even width are not passed over.
  const step = channels * (Math.floor(data.length / channels / SAMPLES) | 1);
  for (let at = 0; at < data.length; at += step) {
    const alpha = data[at + channels - 1] ?? 0;
    if (alpha < VISIBLE) {
      clear++;
      continue;
    }
    visible++;
    let darkest = 255;
    for (let channel = at; channel < at + channels - 1; channel++)
      darkest = Math.min(darkest, data[channel] ?? 0);
    if (alpha * (255 - darkest) > NEAR_WHITE * 255) far++;
  }
  return clear > 0 && visible > 0 && far <= FAR_SHARE * visible;
}
