import { Limits, Preset, Presets } from "@image-pipeline/schema/config";
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { toPlanHash } from "../src/plan-hash.ts";
import { PRESET_OPTIONS } from "../src/preset-options.ts";
import { playing, scene } from "./pictures/scene.ts";
import { render } from "./render.ts";

/** Two values of every option, nested ones and those of every encoder too. Each pair changes the file of at least one case. */
const VALUES: Record<string, readonly [unknown, unknown]> = {
  width: [40, 50],
  height: [20, 25],
  fit: ["cover", "fill"],
  position: ["left top", "right bottom"],
  enlarge: [false, true],
  background: ["#ffffff", "#ff0000"],
  colourSpace: ["srgb", "p3"],
  watermark: [undefined, { text: "©" }],
  "watermark.text": ["Acme", "2026"],
  "watermark.position": ["left top", "right bottom"],
  "watermark.colour": ["#ffffff", "#ff0000"],
  "watermark.opacityPercent": [60, 100],
  "watermark.widthPercent": [30, 100],
  formats: [["png"], ["png", { format: "webp", animated: "only" }]],
  "formats.webp.quality": [80, 20],
  "formats.webp.effort": [0, 6],
  "formats.webp.animated": ["first-frame", "keep"],
  "formats.jpeg.quality": [80, 20],
  "formats.jpeg.progressive": [false, true],
  "formats.jpeg.mozjpeg": [false, true],
  "formats.avif.quality": [64, 20],
  "formats.avif.effort": [0, 2],
  "formats.avif.tune": ["ssim", "psnr"],
  "formats.avif.chromaSubsampling": ["4:2:0", "4:4:4"],
  "formats.png.palette": [false, true],
  "formats.gif.animated": ["first-frame", "keep"],
};

type PresetInput = z.input<typeof Preset>;
const KEEP = { format: "webp", animated: "keep" } as const;

/** Cases in which every option is changed: every framing, stills and animations, and pictures for which options differ. */
const CASES: Record<string, { picture: () => Promise<Buffer>; preset: PresetInput }> = {
  "a still": { picture: large, preset: { width: 40, formats: ["png"] } },
  "a cropped still": {
    picture: large,
    preset: { width: 40, height: 30, fit: "cover", formats: ["png"] },
  },
  "a padded still": {
    picture: large,
    preset: { width: 40, height: 40, fit: "contain", formats: ["png"] },
  },
  "a still that is smaller than the preset": {
    picture: () => scene(30, 20).png().toBuffer(),
    preset: { width: 40, formats: ["png"] },
  },
  "a transparent still": {
    picture: () => scene(90, 60, { alpha: true }).png().toBuffer(),
    preset: { width: 40, formats: ["jpeg"] },
  },
  "a still in Display P3": {
    picture: () => scene(90, 60).withIccProfile("p3").png().toBuffer(),
    preset: { width: 40, formats: ["png"] },
  },
  "a still by mozjpeg": {
    picture: large,
    preset: { width: 40, formats: [{ format: "jpeg", mozjpeg: true }] },
  },
  "an animation": { picture: () => playing(90, 60), preset: { width: 40, formats: [KEEP] } },
  "a cropped animation": {
    picture: () => playing(90, 60),
    preset: { width: 40, height: 30, fit: "cover", formats: [KEEP] },
  },
};

const pictures = new Map<string, Buffer>();
beforeAll(async () => {
  for (const [name, { picture }] of Object.entries(CASES)) pictures.set(name, await picture());
});

it("changes every option of a preset and of its encoders", () => {
  expect(Object.keys(VALUES).sort()).toEqual(optionsOf(Preset).sort());
});

describe.each(Object.entries(VALUES))("another value of %s", (option, [before, after]) => {
  it("changes the plan's hash exactly when it changes a file", async () => {
    const changes: Record<string, { file: boolean; hash: boolean }> = {};
    for (const [name, { preset }] of Object.entries(CASES)) {
      const was = await renderWith(name, withValue(preset, option, before));
      const is = await renderWith(name, withValue(preset, option, after));
      changes[name] = { file: was.files !== is.files, hash: was.hash !== is.hash };
    }
    const isChanged = Object.values(changes).map(({ file }) => file);
    expect(Object.values(changes).map(({ hash }) => hash)).toEqual(isChanged);
    expect(isChanged).toContain(true);
    if (canBeWithoutEffect(option)) expect(isChanged).toContain(false);
  });
});

/** Returns the paths of all options of a schema, with a format's name before its encoder's options. */
function optionsOf(schema: unknown, path: readonly string[] = []): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault)
    return optionsOf(schema.unwrap(), path);
  if (schema instanceof z.ZodArray) return optionsOf(schema.element, path);
  if (schema instanceof z.ZodCodec) return optionsOf(schema.def.out, path);
  if (schema instanceof z.ZodDiscriminatedUnion)
    return schema.options.flatMap((output) => optionsOf(output, [...path, formatOf(output)]));
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape)
    .filter(([, option]) => !(option instanceof z.ZodLiteral))
    .flatMap(([name, option]) => [[...path, name].join("."), ...optionsOf(option, [...path, name])]);
}

function formatOf(output: unknown): string {
  const format = output instanceof z.ZodObject ? output.shape.format : undefined;
  return format instanceof z.ZodLiteral ? String(format.value) : "";
}

/** Returns true for options that declare cases without effect: a test must show one. */
function canBeWithoutEffect(option: string): boolean {
  const [name = "", format] = option.split(".");
  if (format !== undefined) return option === "formats.jpeg.progressive" || option.endsWith(".animated");
  return "matters" in (Object.entries(PRESET_OPTIONS).find(([key]) => key === name)?.[1] ?? {});
}

/** Sets an option by its path: of the preset, of the watermark, or of a format's encoder. */
function withValue(preset: PresetInput, option: string, value: unknown): Preset {
  const [name = "", inner, encoderOption = ""] = option.split(".");
  if (inner === undefined) return Preset.parse({ ...preset, [name]: value });
  if (name === "watermark") return Preset.parse({ ...preset, watermark: { text: "Acme", [inner]: value } });
  const others = preset.formats.find((output) => typeof output === "object" && output.format === inner);
  const output = Object.assign({ format: inner }, others, { [encoderOption]: value });
  return Preset.parse({ ...preset, formats: [output] });
}

async function renderWith(name: string, preset: Preset) {
  const presets = Presets.parse({ one: preset });
  const { facts, renditions } = await render(pictures.get(name) ?? Buffer.of(), presets);
  const files = renditions.map(({ format, sha256 }) => `${format} ${sha256}`).sort();
  return { files: files.join(), hash: toPlanHash({ facts }, { presets, limits: Limits.parse({}) }) };
}

function large(): Promise<Buffer> {
  return scene(90, 60).png().toBuffer();
}
