import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { gifOnCanvas } from "./pictures/gif-file.ts";
import { colourDistance, readPixels } from "./pictures/read-pixels.ts";
import { playing, scene } from "./pictures/scene.ts";
import { tiffFile } from "./pictures/tiff-file.ts";
import { render } from "./render.ts";

const SIZE = { width: 60, height: 40 };
const EXTRA_SAMPLES = 338;

async function pixelAt(file: Uint8Array, x: number, y: number, width = SIZE.width) {
  const { facts, renditions } = await render(file, { one: { width, formats: ["png"] } });
  return { facts, pixel: (await readPixels(renditions[0]?.data ?? Buffer.of())).at(x, y) };
}

/** Returns pixels of one colour, in 8 bits, or in 16 bits of little-endian numbers. */
function flat(colour: readonly number[], bits: 8 | 16 = 8): Buffer {
  const samples = Array.from({ length: SIZE.width * SIZE.height }, () => colour).flat();
  return bits === 8
    ? Buffer.from(samples)
    : Buffer.from(Uint16Array.from(samples, (value) => value & 0xffff).buffer);
}

describe("a TIFF", () => {
  it.each([
    ["red, green and blue", [200, 100, 50, 0], [200, 100, 50, 255]],
    ["grey", [120, 0], [120, 120, 120, 255]],
  ])(
    "with an unspecified channel after %s is opaque, at its size and reduced",
    async (_name, colour, expected) => {
      const page = { ...SIZE, channels: colour.length, photometric: colour.length === 2 ? 1 : 2 };
      const file = tiffFile([page], flat(colour), [[EXTRA_SAMPLES, 3, 1, 0]]);
      for (const width of [SIZE.width, SIZE.width / 2]) {
        const { facts, pixel } = await pixelAt(file, 9, 9, width);
        expect(pixel).toEqual(expected);
        expect(facts.hasAlpha).toBe(false);
      }
    },
  );

  it("with alpha keeps it", async () => {
    const file = tiffFile([{ ...SIZE, channels: 4 }], flat([200, 100, 50, 128]), [[EXTRA_SAMPLES, 3, 1, 2]]);
    expect((await pixelAt(file, 9, 9)).pixel).toEqual([200, 100, 50, 128]);
  });

  it.each([65_535, 32_768])("of CIELAB with 16 bits and an alpha of %i keeps both", async (alpha) => {
    const page = { ...SIZE, channels: 4, photometric: 8, bits: 16 };
    const [light, a, b] = [0.6 * 65_535, 30 * 256, 40 * 256];
    const plain = tiffFile([{ ...page, channels: 3 }], flat([light, a, b], 16));
    const file = tiffFile([page], flat([light, a, b, alpha], 16), [[EXTRA_SAMPLES, 3, 1, 2]]);
    const [red, green, blue] = (await pixelAt(plain, 9, 9, SIZE.width / 2)).pixel;
    const { pixel } = await pixelAt(file, 9, 9, SIZE.width / 2);
    expect(colourDistance(pixel, [red, green, blue, alpha >> 8])).toBeLessThanOrEqual(2);
  });

  it.each([
    ["floating-point numbers", { bits: 32, sampleFormat: 3 }],
    ["whole numbers with a sign", { bits: 16, sampleFormat: 2 }],
    ["32 bits a channel", { bits: 32 }],
  ])("of %s is rejected as UNSUPPORTED_FORMAT, by that name", async (name, kind) => {
    const file = tiffFile([{ ...SIZE, ...kind }], Buffer.alloc(4 * SIZE.width * SIZE.height));
    await expect(render(file, { one: { width: 40, formats: ["png"] } })).rejects.toMatchObject({
      reason: "UNSUPPORTED_FORMAT",
      message: expect.stringContaining(name),
    });
  });
});

describe("a GIF", () => {
  const canvas = { width: 100, height: 80, left: 20, top: 30 };

  it.each([2, 16, 100, 250])(
    "of %i colours is transparent where its frame is not, and nowhere else",
    async (colours) => {
      const frame = await scene(SIZE.width, SIZE.height).gif({ colours }).toBuffer();
      const { facts, renditions } = await render(gifOnCanvas(frame, canvas), {
        one: { width: 100, formats: ["png"] },
      });
      const { data } = await readPixels(renditions[0]?.data ?? Buffer.of());
      const opaque = data.filter((value, at) => at % 4 === 3 && value === 255).length;
      expect(opaque).toBe(SIZE.width * SIZE.height);
      expect(facts.hasAlpha).toBe(true);
    },
  );

  it("whose frame covers it is opaque", async () => {
    const frame = await scene(SIZE.width, SIZE.height).gif({ colours: 16 }).toBuffer();
    const { facts } = await pixelAt(frame, 1, 1);
    expect(facts.hasAlpha).toBe(false);
  });

  it("that is animated keeps its frames", async () => {
    const gif = await sharp(await playing(SIZE.width, SIZE.height), { animated: true })
      .gif()
      .toBuffer();
    const { facts } = await pixelAt(gifOnCanvas(gif, canvas), 1, 1);
    expect(facts).toMatchObject({ pages: 2, hasAlpha: true });
  });
});
