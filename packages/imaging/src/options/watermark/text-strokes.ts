import { HERSHEY_SANS } from "./hershey-sans.ts";

/** A point in hundredths of an em, the base line at 0, up positive. */
export type Point = readonly [x: number, y: number];

/** The pen's strokes of a line of text, one after another from x = 0; characters that the font lacks are left out. */
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
