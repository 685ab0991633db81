/** Number of parameters of each parametric form. */
const PARAMETERS = [1, 3, 4, 5, 7];

/**
 * Returns a tone curve's value. The curve is an exponent or a table (`curv`), or a parametric form (`para`): ICC.1:2022,
 * 10.6 and 10.18.
 *
 * @param x from 0 to 1
 * @returns from 0 to 1; undefined for a tag that is cut short or not a curve
 */
export function curveAt(tag: Buffer, x: number): number | undefined {
  if (tag.length < 12) return undefined;
  const type = tag.toString("latin1", 0, 4);
  const y = type === "curv" ? tableAt(tag, x) : type === "para" ? formAt(tag, x) : undefined;
  return y === undefined ? undefined : Math.min(1, Math.max(0, y));
}

function tableAt(tag: Buffer, x: number): number | undefined {
  const points = tag.readUInt32BE(8);
  if (points === 0) return x;
  if (12 + 2 * points > tag.length) return undefined;
  const valueAt = (index: number) => tag.readUInt16BE(12 + 2 * index);
  if (points === 1) return x ** (valueAt(0) / 256);
  const below = Math.min(points - 2, Math.floor(x * (points - 1)));
  const share = x * (points - 1) - below;
  return (valueAt(below) * (1 - share) + valueAt(below + 1) * share) / 65_535;
}

function formAt(tag: Buffer, x: number): number | undefined {
  const form = tag.readUInt16BE(8);
  const count = PARAMETERS[form];
  if (count === undefined || 12 + 4 * count > tag.length) return undefined;
  const parameters = Array.from({ length: count }, (_, index) => tag.readInt32BE(12 + 4 * index) / 65_536);
  const [gamma = 1, a = 1, b = 0, c = 0, d = -b / a, e = 0, f = 0] = parameters;
  // The third form adds c to both parts; in the fourth and fifth form c is the slope of the lower part.
  if (form < 3) return x >= -b / a ? (a * x + b) ** gamma + c : c;
  return x >= d ? (a * x + b) ** gamma + e : c * x + f;
}
