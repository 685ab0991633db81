import type { Presets } from "@image-pipeline/schema/config";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { playing, scene } from "./pictures/scene.ts";
import { render } from "./render.ts";

type Preset = z.input<typeof Presets>[string];

describe("presets that are all larger than the picture", () => {
  it("share one file for each format, under the name of each", async () => {
    const { renditions } = await render(await scene(30, 20).png().toBuffer(), {
      a: { width: 40, formats: ["webp", "jpeg"] },
      b: { width: 50, height: 90, formats: ["webp", "jpeg"] },
    });
    const [aWebp, aJpeg, bWebp, bJpeg] = renditions;
    expect(renditions.map(({ preset, format }) => `${preset} ${format}`)).toEqual([
      "a webp",
      "a jpeg",
      "b webp",
      "b jpeg",
    ]);
    expect(bWebp?.data).toBe(aWebp?.data);
    expect(bJpeg?.data).toBe(aJpeg?.data);
    expect(bJpeg?.data).not.toBe(bWebp?.data);
  });

  it("share the file of an animation", async () => {
    const { renditions } = await render(await playing(30, 20), {
      a: { width: 40, formats: ["webp"] },
      b: { width: 50, formats: ["webp"] },
    });
    expect(renditions).toMatchObject([{ preset: "a" }, { preset: "b", pages: renditions[0]?.pages }]);
    expect(renditions[1]?.data).toBe(renditions[0]?.data);
  });

  it.each<[string, Partial<Preset>, { padded?: boolean }]>([
    ["quality", { formats: [{ format: "jpeg", quality: 20 }] }, {}],
    ["background", { background: "#ff0000" }, { padded: true }],
    ["watermark", { watermark: { text: "b", opacityPercent: 100 } }, {}],
    ["position", { position: "top" }, { padded: true }],
  ])("have different files if they differ in %s", async (_option, other, { padded = false }) => {
    const frame = padded ? ({ width: 60, height: 60, fit: "contain" } as const) : { width: 60 };
    const preset = { ...frame, formats: ["jpeg"] } satisfies Preset;
    const source = await scene(30, 20).png().toBuffer();
    const { renditions } = await render(source, { a: preset, b: { ...preset, ...other } });
    expect(renditions[1]?.sha256).not.toBe(renditions[0]?.sha256);
    const { renditions: alone } = await render(source, { b: { ...preset, ...other } });
    expect(renditions[1]?.sha256).toBe(alone[0]?.sha256);
  });
});
