import { Limits, Presets } from "@image-pipeline/schema/config";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { type EncodedRendition, renderImage, toPlanHash } from "../src/index.ts";
import { readPixels } from "./pictures/read-pixels.ts";
import { playing } from "./pictures/scene.ts";

const LIMITS = Limits.parse({});
const COVER = { width: 10, height: 10, fit: "cover", formats: ["png"] } as const;

/** Renders one preset of a picture that has this text as its metadata `focus`. */
async function renderAt(source: Buffer, focus: string | undefined, preset: object = {}) {
  const presets = Presets.parse({ one: { ...COVER, ...preset } });
  const renditions: EncodedRendition[] = [];
  const facts = await renderImage(source, { presets, limits: LIMITS, focus }, (one) => renditions.push(one));
  return {
    facts,
    data: Buffer.from(renditions[0]?.data ?? []),
    hash: toPlanHash({ facts }, { presets, limits: LIMITS }),
  };
}

/** Makes a picture whose red is the column and whose green is the row, in tens. */
function ruler(width: number, height: number, orientation = 1): Promise<Buffer> {
  const pixels = Array.from({ length: width * height }, (_, at) => [
    (at % width) * 4,
    Math.floor(at / width) * 4,
    0,
  ]);
  const raw = { width, height, channels: 3 as const };
  return sharp(Buffer.from(pixels.flat()), { raw }).withMetadata({ orientation }).png().toBuffer();
}

/** Returns the column and the row of the source that the crop begins with. */
async function cornerOf(data: Buffer): Promise<number[]> {
  const { data: pixels } = await sharp(data).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return [(pixels[0] ?? 0) / 4, (pixels[1] ?? 0) / 4];
}

describe("the focus of a picture", () => {
  it.each([
    ["0.5,0", [15, 0]],
    ["0.25,0.5", [5, 0]],
    [" .75 , 1 ", [25, 0]],
    ["0,0", [0, 0]],
    ["1,1", [30, 0]],
    ["0.9,0.5", [30, 0]],
  ])("%j becomes the centre of a cover crop, as far as the picture reaches", async (focus, corner) => {
    const { data } = await renderAt(await ruler(40, 10), focus);
    expect(await cornerOf(data)).toEqual(corner);
  });

  it("is a share of the height for an upright picture", async () => {
    const { data } = await renderAt(await ruler(10, 40), "0.1,0.25");
    expect(await cornerOf(data)).toEqual([0, 5]);
  });

  it("is a point of the picture as displayed, after its orientation", async () => {
    const { data } = await renderAt(await ruler(40, 10, 8), "0.5,0");
    expect(await cornerOf(data)).toEqual([39, 0]);
  });

  it.each(["left", "attention"] as const)("overrules the preset's position %s", async (position) => {
    const { data } = await renderAt(await ruler(40, 10), "1,0", { position });
    expect(await cornerOf(data)).toEqual([30, 0]);
  });

  it("steers every frame of an animation", async () => {
    const source = await playing(90, 30);
    const preset = { formats: [{ format: "webp", animated: "keep" }] };
    const [left, right] = [await renderAt(source, "0,0", preset), await renderAt(source, "1,0", preset)];
    expect((await sharp(left.data, { animated: true }).metadata()).pages).toBeGreaterThan(1);
    expect(await readPixels(left.data)).not.toEqual(await readPixels(right.data));
  });

  it("is a fact, and changes the plan of cover crops alone", async () => {
    const source = await ruler(40, 10);
    const [centre, left] = [await renderAt(source, undefined), await renderAt(source, "0,0")];
    expect(left.facts).toMatchObject({ focus: { x: 0, y: 0 } });
    expect(left.hash).not.toBe(centre.hash);
    for (const fit of ["inside", "contain", "fill"] as const)
      expect((await renderAt(source, "0,0", { fit })).hash).toBe(
        (await renderAt(source, undefined, { fit })).hash,
      );
  });

  it.each(["left", "0.3", "0.3;0.7", "1.2,0", "-0.1,0", "NaN,0", "0,0,0", "0x1,0", "1e0,0"])(
    "is ignored and reported as a fact if it is no point: %j",
    async (focus) => {
      const [bad, none] = [
        await renderAt(await ruler(40, 10), focus),
        await renderAt(await ruler(40, 10), undefined),
      ];
      expect(bad.facts).toEqual({ ...none.facts, ignoredFocus: focus });
      expect([bad.hash, bad.data]).toEqual([none.hash, none.data]);
    },
  );

  it("is reported as one short line without control characters", async () => {
    const { facts } = await renderAt(await ruler(40, 10), `\u001b[2J${"x".repeat(2000)}\u202e`);
    expect(facts.ignoredFocus).toMatch(/^\[2Jx+$/);
    expect(facts.ignoredFocus).toHaveLength(100);
  });
});
