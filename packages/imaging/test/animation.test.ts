import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { colourDistance } from "./pictures/read-pixels.ts";
import { flatFrames } from "./pictures/scene.ts";
import { render, renderOne } from "./render.ts";

const FRAMES = [
  [200, 30, 30],
  [30, 200, 30],
  [30, 30, 200],
] as const;
const PLAYBACK = { delay: [120, 240, 360], loop: 3 };

async function animation(format: "gif" | "webp"): Promise<Buffer> {
  const frames = flatFrames(FRAMES, { width: 80, height: 60 });
  return frames.toFormat(format, { ...PLAYBACK, lossless: true }).toBuffer();
}

async function framesOf(file: Uint8Array) {
  const { data, info } = await sharp(file, { animated: true })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const frameBytes = (info.pageHeight ?? info.height) * info.width * 4;
  return Array.from({ length: data.length / frameBytes }, (_, frame) => {
    const middle = frame * frameBytes + frameBytes / 2 + info.width * 2;
    return [...data.subarray(middle, middle + 3)];
  });
}

describe.each(["gif", "webp"] as const)("an animated %s", (from) => {
  it.each(["gif", "webp"] as const)("is kept as %s with its frames, delays and loops", async (format) => {
    const source = await animation(from);
    const { facts, renditions } = await render(source, {
      one: { width: 40, formats: [{ format, animated: "keep" }] },
    });
    const [{ data, pages, width, height } = { data: Buffer.of() }] = renditions;

    expect(facts).toMatchObject({ format: from, pages: 3, width: 80, height: 60 });
    expect({ pages, width, height }).toEqual({ pages: 3, width: 40, height: 30 });
    expect(await sharp(data).metadata()).toMatchObject({
      pages: 3,
      delay: PLAYBACK.delay,
      loop: PLAYBACK.loop,
    });
    for (const [index, colour] of (await framesOf(data)).entries()) {
      expect(colourDistance(colour, FRAMES[index] ?? [])).toBeLessThan(12);
    }
  });

  it("gives only its first frame for a preset that does not keep the others", async () => {
    const { pages, data } = await renderOne(await animation(from), { formats: ["webp"] });
    expect(pages).toBe(1);
    expect((await sharp(data).metadata()).pages).toBeUndefined();
    expect(colourDistance((await framesOf(data))[0] ?? [], FRAMES[0])).toBeLessThan(12);
  });

  it.each(["cover", "contain"] as const)("has the same framing in every frame by %s", async (fit) => {
    const preset = { width: 30, height: 30, fit, position: "attention", watermark: { text: "©" } } as const;
    const { pages, width, height, data } = await renderOne(await animation(from), {
      ...preset,
      formats: [{ format: "webp", animated: "keep" }],
    });
    expect({ pages, width, height }).toEqual({ pages: 3, width: 30, height: 30 });
    for (const [index, colour] of (await framesOf(data)).entries()) {
      expect(colourDistance(colour, FRAMES[index] ?? [])).toBeLessThan(20);
    }
  });
});

it("makes no file for a still source of an output that is only for animations", async () => {
  const presets = {
    one: { width: 40, formats: ["jpeg" as const, { format: "webp" as const, animated: "only" as const }] },
  };
  const still = await flatFrames(FRAMES.slice(0, 1), { width: 80, height: 60 }).png().toBuffer();
  expect((await render(still, presets)).renditions.map(({ format }) => format)).toEqual(["jpeg"]);
  const { renditions } = await render(await animation("gif"), presets);
  expect(renditions.map(({ format, pages }) => [format, pages])).toEqual([
    ["jpeg", 1],
    ["webp", 3],
  ]);
});

it("limits delays to the encoder's maximum", async () => {
  const gif = await animation("gif");
  const control = gif.indexOf(Buffer.from("21f904", "hex"));
  gif.writeUInt16LE(0xffff, control + 4);
  const { data, pages } = await renderOne(gif, { formats: [{ format: "webp", animated: "keep" }] });
  expect(pages).toBe(3);
  expect((await sharp(data).metadata()).delay).toEqual([65_535, 240, 360]);
});

it("renders the first frame in formats without animation, and all frames in WebP", async () => {
  const { renditions } = await render(await animation("gif"), {
    one: { width: 40, formats: [{ format: "webp", animated: "keep" }, "jpeg", "avif", "png"] },
  });
  expect(renditions.map(({ format, pages }) => [format, pages]).sort()).toEqual([
    ["avif", 1],
    ["jpeg", 1],
    ["png", 1],
    ["webp", 3],
  ]);
});

it("rejects an animation that is cut short in a later frame as CORRUPT_IMAGE", async () => {
  const gif = await animation("gif");
  await expect(
    render(gif.subarray(0, gif.length - 20), { one: { width: 40, formats: ["webp"] } }),
  ).rejects.toMatchObject({
    reason: "CORRUPT_IMAGE",
  });
});
