/** Bits for each channel of the 16 x 16 x 16 bins in which colours are counted: enough for a small sample. */
const BIN_BITS = 4;
const BINS = 1 << (3 * BIN_BITS);

/**
 * Returns the mean colour of the fullest bin, in which pixels count by their opacity; black for a transparent picture.
 *
 * @param rgba straight alpha, 8 bits a channel
 * @returns such as `#8a7f6e`
 */
export function dominantColour(rgba: Uint8Array): string {
  const weights = new Float64Array(BINS);
  let fullest = 0;
  for (let at = 0; at < rgba.length; at += 4) {
    const bin = binAt(rgba, at);
    weights[bin] = (weights[bin] ?? 0) + (rgba[at + 3] ?? 0);
    if ((weights[bin] ?? 0) > (weights[fullest] ?? 0)) fullest = bin;
  }
  return meanOf(rgba, fullest, weights[fullest] || 1);
}

function meanOf(rgba: Uint8Array, bin: number, weight: number): string {
  const sums = [0, 0, 0];
  for (let at = 0; at < rgba.length; at += 4) {
    if (binAt(rgba, at) !== bin) continue;
    const alpha = rgba[at + 3] ?? 0;
    for (const channel of [0, 1, 2]) sums[channel] = (sums[channel] ?? 0) + (rgba[at + channel] ?? 0) * alpha;
  }
  return `#${Buffer.from(sums.map((sum) => Math.round(sum / weight))).toString("hex")}`;
}

function binAt(rgba: Uint8Array, at: number): number {
  const shift = 8 - BIN_BITS;
  const [red, green, blue] = [rgba[at] ?? 0, rgba[at + 1] ?? 0, rgba[at + 2] ?? 0];
  return ((red >> shift) << (2 * BIN_BITS)) | ((green >> shift) << BIN_BITS) | (blue >> shift);
}
