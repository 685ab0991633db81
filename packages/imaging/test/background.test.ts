import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { readPixels } from "./pictures/read-pixels.ts";
import { render } from "./render.ts";

/** Returns a disc in one colour on nothing, with smooth edges. */
function logo(colour: readonly number[]): Promise<Buffer> {
  const { width, height } = { width: 96, height: 64 };
  const data = Buffer.alloc(4 * width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const alpha = Math.min(1, Math.max(0, 24 - Math.hypot(x - 48, y - 32)));
      data.set([...colour, Math.round(255 * alpha)], 4 * (y * width + x));
    }
  return sharp(data, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer();
}

async function corners(
  source: Buffer,
  preset: { background?: string; height?: number; fit?: "contain" } = {},
) {
  const { facts, renditions } = await render(source, { one: { width: 96, formats: ["jpeg"], ...preset } });
  const { at } = await readPixels(renditions[0]?.data ?? Buffer.of());
  return { facts, corner: at(2, 2)[0], centre: at(48, 32)[0] };
}

describe("the background of a JPEG", () => {
  it.each([
    ["white", [255, 255, 255]],
    ["nearly white", [240, 244, 248]],
  ])("of a %s logo on nothing is dark by default", async (_name, colour) => {
    const { facts, corner, centre } = await corners(await logo(colour));
    expect(facts.vanishesOnWhite).toBe(true);
    expect(corner).toBeLessThan(70);
    expect(centre).toBeGreaterThan(220);
  });

  it.each([
    ["a dark logo", [20, 30, 40]],
    ["a yellow logo", [255, 230, 0]],
  ])("of %s is white by default", async (_name, colour) => {
    const { facts, corner } = await corners(await logo(colour));
    expect(facts.vanishesOnWhite).toBeUndefined();
    expect(corner).toBeGreaterThan(250);
  });

  it("is the one that a preset names", async () => {
    expect((await corners(await logo([255, 255, 255]), { background: "#ffffff" })).corner).toBeGreaterThan(
      250,
    );
  });

  it("of a white logo is dark in the padding too", async () => {
    expect((await corners(await logo([255, 255, 255]), { height: 96, fit: "contain" })).corner).toBeLessThan(
      70,
    );
  });

  it("of a white picture without transparency is white", async () => {
    const white = await sharp({ create: { width: 96, height: 64, channels: 3, background: "#fff" } })
      .png()
      .toBuffer();
    const { facts, corner } = await corners(white);
    expect(facts.vanishesOnWhite).toBeUndefined();
    expect(corner).toBeGreaterThan(250);
  });
});
