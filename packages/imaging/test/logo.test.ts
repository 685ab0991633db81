import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { ConfigFileError } from "../src/options/config-file.ts";
import { LOGO_HASHES, useConfigFiles } from "./config-files.ts";
import { playing } from "./pictures/scene.ts";
import { render, renderOne } from "./render.ts";

useConfigFiles();
const RED = { image: "red.png", imageHash: LOGO_HASHES["red.png"], opacityPercent: 100 };
const BLUE = { image: "blue.png", imageHash: LOGO_HASHES["blue.png"], opacityPercent: 100 };

function white(width = 400, height = 300): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: "#ffffff" } })
    .png()
    .toBuffer();
}

/** Returns the colour of one pixel of a rendition of 400 x 300 pixels. */
async function colourAt(watermark: object, left: number, top: number): Promise<number[]> {
  const { data } = await renderOne(await white(), { width: 400, watermark });
  const { data: pixel } = await sharp(data)
    .extract({ left, top, width: 1, height: 1 })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return [...pixel];
}

describe("a logo", () => {
  it("has the configured width, place and margin, in proportion to the rendition", async () => {
    const watermark = { ...RED, widthPercent: 20, position: "left top", marginPercent: 10 };
    expect(await colourAt(watermark, 29, 29)).toEqual([255, 255, 255]);
    expect(await colourAt(watermark, 30, 30)).toEqual([255, 0, 0]);
    expect(await colourAt(watermark, 109, 109)).toEqual([255, 0, 0]);
    expect(await colourAt(watermark, 110, 110)).toEqual([255, 255, 255]);
  });

  it("is as opaque as configured, and transparent where the file is", async () => {
    const watermark = {
      ...BLUE,
      opacityPercent: 50,
      widthPercent: 40,
      position: "left top",
      marginPercent: 0,
    };
    expect(await colourAt(watermark, 20, 10)).toEqual([126, 126, 255]);
    expect(await colourAt(watermark, 140, 10)).toEqual([255, 255, 255]);
  });

  it("fits into a rendition of one pixel", async () => {
    const { width, height } = await renderOne(await white(1, 1), { width: 1, watermark: RED });
    expect([width, height]).toEqual([1, 1]);
  });

  it("is on every rendition of its preset, and on no other", async () => {
    const { renditions } = await render(await white(), {
      with: { width: 100, watermark: RED, formats: ["webp", "jpeg", "avif", "png", "gif"] },
      without: { width: 100, formats: ["png"] },
    });
    for (const { preset, data } of renditions) {
      const { channels } = await sharp(data).removeAlpha().stats();
      expect((channels[1]?.min ?? 0) < 100).toBe(preset === "with");
    }
    expect(renditions).toHaveLength(6);
  });

  it("is on every frame of an animation", async () => {
    const output = { format: "webp", animated: "keep" } as const;
    const watermark = { ...RED, position: "left top", marginPercent: 0, widthPercent: 50 } as const;
    const { data, pages } = await renderOne(await playing(90, 60), {
      width: 60,
      formats: [output],
      watermark,
    });
    expect(pages).toBeGreaterThan(1);
    for (let page = 0; page < pages; page++) {
      const frame = sharp(data, { page }).extract({ left: 2, top: 2, width: 20, height: 20 }).removeAlpha();
      const [red, green] = (await sharp(await frame.png().toBuffer()).stats()).channels;
      expect([(red?.mean ?? 0) > 220, (green?.mean ?? 255) < 30]).toEqual([true, true]);
    }
  });

  it.each([
    ["is missing", { ...RED, image: "gone.png", imageHash: "0".repeat(32) }],
    ["has another content than the config", { ...RED, imageHash: "1".repeat(32) }],
  ])("that %s is our error, and no rejection of the picture", async (_, watermark) => {
    await expect(renderOne(await white(), { width: 40, watermark })).rejects.toThrow(ConfigFileError);
  });
});
