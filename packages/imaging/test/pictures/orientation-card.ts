import sharp, { type Sharp } from "sharp";
import { colourDistance, readPixels } from "./read-pixels.ts";

const COLOURS = {
  red: [230, 30, 30],
  green: [30, 200, 30],
  blue: [30, 30, 230],
  yellow: [230, 220, 30],
} as const;
export type ColourName = keyof typeof COLOURS;

export const CARD = { width: 96, height: 64 };
/** Colours of the upright card's corners: left top, right top, left bottom, right bottom. */
export const UPRIGHT: readonly ColourName[] = ["red", "green", "blue", "yellow"];

const { width: W, height: H } = CARD;
/** Position on the upright card of a stored row and column, for each EXIF value (EXIF 2.32, tag 0112). */
const SHOWN_AT: Record<number, (row: number, column: number) => [x: number, y: number]> = {
  1: (row, column) => [column, row],
  2: (row, column) => [W - 1 - column, row],
  3: (row, column) => [W - 1 - column, H - 1 - row],
  4: (row, column) => [column, H - 1 - row],
  5: (row, column) => [row, column],
  6: (row, column) => [W - 1 - row, column],
  7: (row, column) => [W - 1 - row, H - 1 - column],
  8: (row, column) => [row, H - 1 - column],
};

/** Returns a card with four coloured corners, stored in an EXIF orientation, 1 to 8. */
export function storedCard(orientation: number): Sharp {
  const [width, height] = orientation < 5 ? [W, H] : [H, W];
  const shownAt = SHOWN_AT[orientation] ?? (() => [0, 0]);
  const data = Buffer.alloc(width * height * 3);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++)
      data.set(colourAt(...shownAt(row, column)), 3 * (row * width + column));
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

function colourAt(x: number, y: number): readonly number[] {
  const name = UPRIGHT[(y < H / 2 ? 0 : 2) + (x < W / 2 ? 0 : 1)];
  return name === undefined ? [] : COLOURS[name];
}

/** Returns the colours of a picture's corners: left top, right top, left bottom, right bottom. */
export async function cornersOf(file: Uint8Array): Promise<(ColourName | undefined)[]> {
  const { width, height, at } = await readPixels(file);
  const [left, right, top, bottom] = [
    width >> 2,
    width - 1 - (width >> 2),
    height >> 2,
    height - 1 - (height >> 2),
  ];
  return [at(left, top), at(right, top), at(left, bottom), at(right, bottom)].map((colour) => nameOf(colour));
}

function nameOf([red, green, blue]: readonly number[]): ColourName | undefined {
  return UPRIGHT.find((name) => colourDistance(COLOURS[name], [red ?? 0, green ?? 0, blue ?? 0]) < 40);
}
