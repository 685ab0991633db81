import { randoms } from "@image-pipeline/testing";
import sharp, { type Sharp } from "sharp";

type Colour = readonly [number, number, number];

/** Draws rectangles and discs at three times the size, so that edges become smooth like those of a font when it is reduced. */
class Canvas {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
  constructor(width: number, height: number, background: Colour) {
    this.width = width * SCALE;
    this.height = height * SCALE;
    this.data = Buffer.alloc(3 * this.width * this.height, Buffer.from(background));
  }

  /** Colours the pixels of a rectangle for which a condition holds. */
  fill(
    box: readonly [x: number, y: number, width: number, height: number],
    colour: Colour,
    isIn = (_x: number, _y: number) => true,
  ) {
    const [left = 0, top = 0, width = 0, height = 0] = box.map((value) => Math.round(value * SCALE));
    for (let y = Math.max(0, top); y < Math.min(this.height, top + height); y++)
      for (let x = Math.max(0, left); x < Math.min(this.width, left + width); x++)
        if (isIn(x / SCALE, y / SCALE)) this.data.set(colour, 3 * (y * this.width + x));
  }

  disc(x: number, y: number, radius: number, colour: Colour) {
    const box = [x - radius, y - radius, 2 * radius, 2 * radius] as const;
    this.fill(box, colour, (at, down) => Math.hypot(at - x, down - y) < radius);
  }

  /** Writes lines of something like text: letters of 5 x 7 dots. */
  text(
    [left, top, width, height]: readonly [number, number, number, number],
    colour: Colour,
    { size, random }: { size: number; random: () => number },
  ) {
    const dot = size / 7;
    for (let y = top; y + size <= top + height; y += 1.6 * size) {
      const end = left + width * (0.5 + random() / 2);
      for (let x = left; x + size <= end; x += 6 * dot) {
        if (random() < 0.15) continue;
        for (let row = 0; row < 7; row++)
          for (let column = 0; column < 5; column++)
            if (random() < 0.45) this.fill([x + column * dot, y + row * dot, dot, dot], colour);
      }
    }
  }

  async toSharp(): Promise<Sharp> {
    const raw = { width: this.width, height: this.height, channels: 3 } as const;
    const reduced = sharp(this.data, { raw }).resize({ width: this.width / SCALE });
    const { data, info } = await reduced.raw().toBuffer({ resolveWithObject: true });
    return sharp(data, { raw: { width: info.width, height: info.height, channels: 3 } });
  }
}

const SCALE = 3;
const WHITE: Colour = [255, 255, 255];
const INK: readonly Colour[] = [
  [255, 0, 0],
  [20, 20, 20],
  [0, 90, 200],
  [0, 130, 60],
  [230, 120, 0],
  [120, 40, 160],
];
const PAPER: readonly Colour[] = [WHITE, [245, 246, 248], [30, 32, 40], [255, 250, 235], [12, 60, 90]];

const pick = <Value>(values: readonly Value[], random: () => number, other: Value) =>
  values[Math.floor(random() * values.length)] ?? other;

/** Returns one of the colours that are seen well on a background. */
function inkOn(paper: Colour, random: () => number): Colour {
  const distance = (ink: Colour) =>
    Math.max(...ink.map((level, channel) => Math.abs(level - (paper[channel] ?? 0))));
  return pick(
    [...INK, WHITE].filter((ink) => distance(ink) > 150),
    random,
    WHITE,
  );
}

/** The kinds of drawings; each is another one for each seed. */
export const GRAPHICS: Record<string, (seed: number) => Promise<Sharp>> = {
  "a page of text": async (seed) => {
    const random = randoms(seed);
    const paper = pick(PAPER, random, WHITE);
    const canvas = new Canvas(480, 320, paper);
    canvas.text([20, 20, 440, 280], inkOn(paper, random), { size: 8 + 8 * random(), random });
    return canvas.toSharp();
  },
  "a window": async (seed) => {
    const random = randoms(seed);
    const paper = pick(PAPER, random, WHITE);
    const canvas = new Canvas(480, 320, paper);
    canvas.fill([0, 0, 480, 30], pick(INK, random, WHITE));
    canvas.fill([0, 30, 120, 290], [225, 228, 232]);
    for (let row = 0; row < 7; row++)
      canvas.text([12, 45 + 36 * row, 96, 12], [40, 40, 40], { size: 9, random });
    for (let card = 0; card < 6; card++) {
      const [x, y] = [140 + 110 * (card % 3), 50 + 130 * Math.floor(card / 3)];
      canvas.fill([x, y, 100, 110], pick(INK, random, WHITE));
      canvas.text([x + 8, y + 10, 84, 90], WHITE, { size: 8, random });
    }
    return canvas.toSharp();
  },
  "a logo": async (seed) => {
    const random = randoms(seed);
    const paper = pick(PAPER, random, WHITE);
    const canvas = new Canvas(300, 200, paper);
    canvas.disc(90, 100, 40 + 30 * random(), inkOn(paper, random));
    canvas.disc(100, 100, 20 + 10 * random(), paper);
    canvas.text([160, 80, 130, 40], inkOn(paper, random), { size: 30, random });
    return canvas.toSharp();
  },
  "a chart": async (seed) => {
    const random = randoms(seed);
    const canvas = new Canvas(480, 320, WHITE);
    for (let line = 0; line < 8; line++) canvas.fill([40, 20 + 35 * line, 420, 1], [200, 200, 200]);
    for (let bar = 0; bar < 12; bar++) {
      const height = 40 + 200 * random();
      canvas.fill([50 + 34 * bar, 300 - height, 22, height], pick(INK, random, WHITE));
    }
    canvas.text([40, 302, 420, 14], [60, 60, 60], { size: 8, random });
    return canvas.toSharp();
  },
};
