import { Limits, type Preset, Presets } from "@image-pipeline/schema/config";
import sharp, { type Sharp } from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import type { z } from "zod";
import { isGraphic } from "../src/is-graphic.ts";
import { planRenditions } from "../src/plan-renditions.ts";
import { settlePlan } from "../src/settle-plan.ts";
import { GRAPHICS } from "./pictures/graphics.ts";
import { PHOTOGRAPHS } from "./pictures/photographs.ts";
import { colourDistance, readPixels } from "./pictures/read-pixels.ts";
import { renderOne } from "./render.ts";

/** Pictures of each kind: 62 in all, each in four forms. */
const SEEDS = { graphics: [1, 2, 3, 4, 5, 6, 7, 8], photographs: [1, 2, 3, 4, 5, 6] };

type Output = z.input<typeof Preset>["formats"][number];

/** The forms in which pictures come: as drawn, compressed, and reduced. */
const FORMS: Record<string, (png: Buffer) => Promise<Sharp>> = {
  "as they are": async (png) => sharp(png),
  "as JPEG": async (png) => sharp(await sharp(png).jpeg({ quality: 85 }).toBuffer()),
  "a third as large": async (png) => sharp(png).resize({ width: 160 }),
  "as WebP, half as large": async (png) =>
    sharp(await sharp(png).webp({ quality: 70 }).toBuffer()).resize({ width: 240 }),
};

const LABELLED = [
  ...Object.entries(GRAPHICS).flatMap(([kind, make]) =>
    SEEDS.graphics.map((seed) => ({ name: `${kind} ${seed}`, isGraphic: true, make: () => make(seed) })),
  ),
  ...Object.entries(PHOTOGRAPHS).flatMap(([kind, make]) =>
    SEEDS.photographs.map((seed) => ({ name: `${kind} ${seed}`, isGraphic: false, make: () => make(seed) })),
  ),
];

describe("graphics are told from photographs", () => {
  const pictures = new Map<string, Buffer>();
  beforeAll(async () => {
    for (const { name, make } of LABELLED)
      pictures.set(name, await (await make()).png({ compressionLevel: 1 }).toBuffer());
  });

  it("in a set of at least 60 pictures", () => {
    expect(pictures.size).toBeGreaterThanOrEqual(60);
  });

  it.each(Object.entries(FORMS))("%s", async (_name, toForm) => {
    const wrong: string[] = [];
    for (const { name, isGraphic: expected } of LABELLED) {
      const form = await toForm(pictures.get(name) ?? Buffer.of());
      const { data, info } = await form.removeAlpha().raw().toBuffer({ resolveWithObject: true });
      if (isGraphic({ data, width: info.width, height: info.height, channels: 3 }) !== expected)
        wrong.push(name);
    }
    expect(wrong).toEqual([]);
  });
});

it("a photograph of a sign that fills the middle is no graphic", async () => {
  const [width, height] = [2400, 1600];
  const scenery = await PHOTOGRAPHS["a part of a landscape"]?.(1);
  const sign = await GRAPHICS["a page of text"]?.(1);
  const middle = await sign?.resize({ width: 900, height, fit: "fill" }).png().toBuffer();
  const data = await scenery
    ?.resize({ width, height, fit: "fill" })
    .composite([{ input: middle ?? Buffer.of() }])
    .removeAlpha()
    .raw()
    .toBuffer();
  expect(isGraphic({ data: data ?? Buffer.of(), width, height, channels: 3 })).toBe(false);
});

it.each([2, 4])("a window on a screen of %i pixels for each is a graphic", async (density) => {
  const drawing = await (await GRAPHICS["a window"]?.(1))?.png().toBuffer();
  const { data, info } = await sharp(drawing)
    .resize({ width: 480 * density, kernel: "nearest" })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect(isGraphic({ data, width: info.width, height: info.height, channels: 3 })).toBe(true);
});

describe("thin red lines on white", () => {
  /** Returns lines of pure red, two pixels wide, in a picture that is a graphic. */
  function lines(): Promise<Buffer> {
    const { width, height } = { width: 96, height: 64 };
    const data = Buffer.alloc(3 * width * height, 255);
    for (let y = 8; y < height - 8; y++)
      for (let x = 9; x < width - 9; x += 8) data.set([255, 0, 0, 255, 0, 0], 3 * (y * width + x));
    return sharp(data, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer();
  }

  async function distanceOf(output: Output) {
    const { data } = await renderOne(await lines(), { width: 96, formats: [output] });
    const { at } = await readPixels(data);
    return Math.max(...[25, 26, 41, 42].map((x) => colourDistance(at(x, 32).slice(0, 3), [255, 0, 0])));
  }

  it.each(["jpeg", "avif"] as const)(
    "stay red in %s by default, and lose their colour in 4:2:0",
    async (format) => {
      expect(await distanceOf({ format })).toBeLessThanOrEqual(30);
      expect(await distanceOf({ format, chromaSubsampling: "4:2:0" })).toBeGreaterThanOrEqual(60);
    },
  );

  it("are nearer to red in WebP by default than without smartSubsample, as far as the format can", async () => {
    const [auto, plain] = [
      await distanceOf({ format: "webp" }),
      await distanceOf({ format: "webp", smartSubsample: false }),
    ];
    expect(auto).toBeLessThan(plain);
  });
});

it("a photograph has the bytes of 4:2:0 by default", async () => {
  const source = await (await PHOTOGRAPHS["a part of a cat"]?.(1))?.png().toBuffer();
  const hashOf = async (output: Output) =>
    (await renderOne(source ?? Buffer.of(), { width: 96, formats: [output] })).sha256;
  for (const format of ["jpeg", "avif"] as const)
    expect(await hashOf({ format })).toBe(await hashOf({ format, chromaSubsampling: "4:2:0" }));
});

it("a graphic above 7 megapixels has 4:2:0 by default, which takes less memory", () => {
  const isGraphic = { isGraphic: true } as const;
  const chromaOf = (width: number) => {
    const presets = Presets.parse({ one: { width, formats: ["avif"] } });
    const picture = { format: "png", width, height: 2000 } as const;
    const [plan] = planRenditions(picture, { presets, limits: Limits.parse({}) });
    return plan && settlePlan(plan, isGraphic).output;
  };
  expect([chromaOf(3500), chromaOf(3501)]).toMatchObject([
    { chromaSubsampling: "4:4:4" },
    { chromaSubsampling: "4:2:0" },
  ]);
});
