import sharp from "sharp";
import type { Photograph } from "./photographs.ts";

type Rgb = readonly [red: number, green: number, blue: number];

const SCREENS = [
  {
    name: "a laptop's screen",
    width: 2560,
    height: 1600,
    scale: 2,
    paper: [255, 255, 255],
    ink: [32, 33, 36],
  },
  {
    name: "a phone's screen",
    width: 1179,
    height: 2556,
    scale: 3,
    paper: [18, 18, 20],
    ink: [235, 235, 240],
  },
  { name: "a small screen", width: 1366, height: 768, scale: 1, paper: [250, 250, 248], ink: [40, 40, 40] },
] as const;
const ACCENTS: readonly Rgb[] = [
  [26, 115, 232],
  [217, 48, 37],
  [24, 128, 56],
  [249, 171, 0],
];
const LETTER = { width: 5, height: 7 };

/** Draws screenshots: bars, panels and lines of small letters in few colours with sharp edges. */
export async function screenshots(): Promise<Photograph[]> {
  return Promise.all(
    SCREENS.map(async (screen) => {
      const { name, width, height } = screen;
      const pixels = draw(screen);
      const data = await sharp(pixels, { raw: { width, height, channels: 3 } })
        .png()
        .toBuffer();
      return { name, path: "", data };
    }),
  );
}

function draw({ width, height, scale, paper, ink }: (typeof SCREENS)[number]): Buffer {
  const pixels = Buffer.alloc(3 * width * height, Buffer.from(paper));
  const fill = (left: number, top: number, size: { width: number; height: number }, colour: Rgb) => {
    const line = Buffer.alloc(3 * Math.max(0, Math.min(size.width, width - left)), Buffer.from(colour));
    for (let y = top; y < Math.min(height, top + size.height); y++) line.copy(pixels, 3 * (y * width + left));
  };
  const letter = (left: number, top: number, bits: number) => {
    for (let at = 0; at < LETTER.width * LETTER.height; at++) {
      if (((bits >>> (at % 31)) & 1) === 0) continue;
      const [x, y] = [at % LETTER.width, Math.floor(at / LETTER.width)];
      fill(left + scale * x, top + scale * y, { width: scale, height: scale }, ink);
    }
  };
  const next = numbers();
  const row = 12 * scale;
  fill(0, 0, { width, height: 3 * row }, ACCENTS[0] ?? ink);
  for (let top = 4 * row; top + row < height; top += row) {
    if (next() % 9 === 0) fill(2 * row, top, { width: width >> 2, height: row }, ACCENTS[next() % 4] ?? ink);
    const end = 2 * row + (next() % (width - 4 * row));
    for (let left = 2 * row; left < end; left += (LETTER.width + 1) * scale)
      if (next() % 6 > 0) letter(left, top, next());
  }
  return pixels;
}

/** Returns a function that yields the same numbers of 31 bits on every run. */
function numbers(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state >>> 8;
  };
}
