import type { Pixels } from "./pixels.ts";

/** Lines that are read, spread over the picture, and the most pairs of neighbours of each, spread over the line. */
const LINES = 64;
const LINE_PAIRS = 800;
/** Levels up to which two neighbours count as equal, as after JPEG, and from which they are an edge. */
const EQUAL = 2;
const EDGE = 40;
/** Least share of equal neighbours in a graphic, and of that times the share of edges in all others: 0.036 in photographs at most. */
const FLAT_SHARE = 0.36;
const FLAT_TIMES_EDGES = 0.043;
/** Colours of 5 bits a channel that are counted as the most frequent ones, and their least share of a graphic. */
const FREQUENT = 12;
const FREQUENT_SHARE = 0.54;

/**
 * Returns true for a screenshot, a logo or a drawing, and false for a photograph: a graphic has few colours, areas of one colour and
 * sharp edges between them, where a photograph has noise and soft transitions. Grey pictures have no colours to keep sharp.
 */
export function isGraphic({ data, width, height, channels }: Pixels): boolean {
  if (channels < 3) return false;
  const colours = new Uint32Array(1 << 15);
  let [flat, edges, pairs] = [0, 0, 0];
  const step = Math.max(1, Math.floor(height / LINES));
  const stride = Math.ceil(width / LINE_PAIRS);
  for (let y = step >> 1, line = 0; y < height; y += step, line++) {
    const end = channels * ((y + 1) * width - 1);
    // Another start for each line: pixels of a screen with double density are equal in pairs.
    const start = channels * (y * width + (line % stride));
    for (let at = start; at < end; at += channels * stride) {
      const distance = neighbourDistance(data, at, channels);
      if (distance <= EQUAL) flat++;
      else if (distance >= EDGE) edges++;
      pairs++;
      const bin = colourBin(data, at);
      colours[bin] = (colours[bin] ?? 0) + 1;
    }
  }
  const [flatShare, edgeShare] = [flat / pairs, edges / (pairs - flat)];
  if (!(flatShare >= FLAT_SHARE && flatShare * edgeShare >= FLAT_TIMES_EDGES)) return false;
  const frequent = colours.sort().subarray(-FREQUENT);
  return frequent.reduce((sum, count) => sum + count, 0) >= FREQUENT_SHARE * pairs;
}

/** Returns the largest difference of a pixel and the next, in any channel; alpha is one. */
function neighbourDistance(data: Buffer, at: number, channels: number): number {
  let distance = 0;
  for (let channel = at; channel < at + channels; channel++) {
    const difference = Math.abs((data[channel] ?? 0) - (data[channel + channels] ?? 0));
    if (difference > distance) distance = difference;
  }
  return distance;
}

function colourBin(data: Buffer, at: number): number {
  return (((data[at] ?? 0) >> 3) << 10) | (((data[at + 1] ?? 0) >> 3) << 5) | ((data[at + 2] ?? 0) >> 3);
}
