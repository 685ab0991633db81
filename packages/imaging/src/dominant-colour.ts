/** Colours are counted in 16 x 16 x 16 bins, as fine as a small sample bears. */
const BIN_BITS = 4;

/**
 * The mean colour of the fullest bin, each pixel counted by its opacity; black for a picture that is all transparent.
 *
 * @param rgba straight alpha, 8 bits a channel
 * @returns such as `#8a7f6e`
 */
export function dominantColour(rgba: Uint8Array): string {
  const weights = new Float64Array(1 << (3 * BIN_BITS));
  const sums = new Float64Array(3 * weights.length);
  for (let at = 0; at + 3 < rgba.length; at += 4) {
    const [red = 0, green = 0, blue = 0, alpha = 0] = rgba.subarray(at, at + 4);
    const bin = (binOf(red) << (2 * BIN_BITS)) | (binOf(green) << BIN_BITS) | binOf(blue);
    weights[bin] = (weights[bin] ?? 0) + alpha;
    for (const [channel, value] of [red, green, blue].entries())
      sums[3 * bin + channel] = (sums[3 * bin + channel] ?? 0) + value * alpha;
  }
  const fullest = weights.indexOf(weights.reduce((a, b) => Math.max(a, b), 0));
  const weight = weights[fullest] || 1;
  return `#${Buffer.from(sums.subarray(3 * fullest, 3 * fullest + 3).map((sum) => Math.round(sum / weight))).toString("hex")}`;
}

function binOf(value: number): number {
  return value >> (8 - BIN_BITS);
}
