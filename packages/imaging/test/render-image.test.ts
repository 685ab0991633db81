import { Limits, Presets } from "@image-pipeline/schema/config";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { type EncodedRendition, renderImage } from "../src/index.ts";

const LIMITS = Limits.parse({});

async function render(source: Uint8Array, presets: unknown) {
  const renditions: EncodedRendition[] = [];
  const facts = await renderImage(source, { presets: Presets.parse(presets), limits: LIMITS }, (one) =>
    renditions.push(one),
  );
  return { facts, renditions };
}

describe("renderImage", () => {
  it("emits each preset in each of its formats", async () => {
    const source = await sharp({ create: { width: 800, height: 600, channels: 3, background: "#3366cc" } })
      .png()
      .toBuffer();
    const { facts, renditions } = await render(source, {
      small: { width: 320, formats: ["webp", "jpeg", "avif", "png"] },
    });
    expect(renditions.map(({ format, width, height }) => [format, width, height])).toEqual([
      ["webp", 320, 240],
      ["jpeg", 320, 240],
      ["avif", 320, 240],
      ["png", 320, 240],
    ]);
    expect(facts).toMatchObject({
      format: "png",
      width: 800,
      height: 600,
      pages: 1,
      hasAlpha: false,
      dominantColour: "#3366cc",
    });
  });

  it("rejects a file that is not a picture as UNSUPPORTED_FORMAT", async () => {
    await expect(render(Buffer.from("<svg/>"), { a: { width: 1, formats: ["png"] } })).rejects.toMatchObject({
      reason: "UNSUPPORTED_FORMAT",
      message: expect.stringContaining("SVG"),
    });
  });

  it("rejects a picture that is cut short as CORRUPT_IMAGE", async () => {
    const source = await sharp({ create: { width: 800, height: 600, channels: 3, background: "#3366cc" } })
      .jpeg()
      .toBuffer();
    await expect(
      render(source.subarray(0, source.length / 2), { a: { width: 800, formats: ["png"] } }),
    ).rejects.toMatchObject({
      reason: "CORRUPT_IMAGE",
    });
  });
});
