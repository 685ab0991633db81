/** What one encode gave. */
export interface Encode {
  bytes: number;
  score: number;
  milliseconds: number;
}

/**
 * Reads off a curve of encodes, by growing quality, what would come at a score: bytes on a logarithmic scale, time on a
 * plain one; beyond the ends the nearest stretch goes on.
 */
export function atScore(encodes: readonly Encode[], score: number): Pick<Encode, "bytes" | "milliseconds"> {
  const sorted = encodes.toSorted((a, b) => a.score - b.score);
  const above = sorted.findIndex((encode) => encode.score >= score);
  const index = Math.min(sorted.length - 1, Math.max(1, above === -1 ? sorted.length - 1 : above));
  const [low, high] = [sorted[index - 1], sorted[index]];
  if (!low || !high) throw new RangeError("a curve has at least two encodes");
  const share = (score - low.score) / (high.score - low.score);
  const between = (a: number, b: number) => a + share * (b - a);
  return {
    bytes: Math.exp(between(Math.log(low.bytes), Math.log(high.bytes))),
    milliseconds: between(low.milliseconds, high.milliseconds),
  };
}
