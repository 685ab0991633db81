import hersheySans from "./hershey-sans.json" with { type: "json" };

/** A point in hundredths of an em, the base line at 0, up positive. */
export type Point = readonly [x: number, y: number];

/**
 * Strokes of each character in Hershey Sans: `advance:x,y x,y;x,y …`. They are from the conversion by W. H. Oskay (hersheytext
 * 2.0.0, HersheySans1.svg), rounded. The Hershey Fonts were originally created by Dr. A. V. Hershey while working at the
 * U. S. National Bureau of Standards; the format of the font data in that distribution was originally created by James Hurt,
 * Cognition, Inc., 900 Technology Park Drive, Billerica, MA 01821.
 */
export const HERSHEY_SANS: Readonly<Record<string, string>> = hersheySans;

/** Returns the strokes of a line of text, from x = 0; characters that the font lacks are left out. */
export function textStrokes(text: string): Point[][] {
  const strokes: Point[][] = [];
  let pen = 0;
  for (const character of text) {
    const [advance = "0", paths = ""] = HERSHEY_SANS[character]?.split(":") ?? [];
    for (const path of paths.split(";").filter((one) => one !== "")) strokes.push(toPoints(path, pen));
    pen += Number(advance);
  }
  return strokes;
}

function toPoints(path: string, pen: number): Point[] {
  return path.split(" ").map((point) => {
    const [x = 0, y = 0] = point.split(",").map(Number);
    return [pen + x, y] as const;
  });
}
