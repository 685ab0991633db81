import { Limits, Preset, Presets } from "@image-pipeline/schema/config";
import { OutputFormat } from "@image-pipeline/schema/manifest";
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { toPlanHash } from "../src/plan-hash.ts";
import { FONT_HASHES, LOGO_HASHES, useConfigFiles } from "./config-files.ts";
import { playing, scene } from "./pictures/scene.ts";
import { render } from "./render.ts";

/** Values of one option, of which each changes a file of at least one case. */
interface Values {
  values: readonly [unknown, unknown, ...unknown[]];
  /** True if another value changes nothing in at least one case (default: it changes a file of every case). */
  canBeWithoutEffect?: true;
}

/** Values of every option: of the preset, of its watermark, and of every encoder. */
const OPTIONS: Record<string, Values> = {
  width: { values: [40, 50], canBeWithoutEffect: true },
  height: { values: [20, 25], canBeWithoutEffect: true },
  fit: { values: ["inside", "cover", "contain", "fill"], canBeWithoutEffect: true },
  position: { values: ["left top", "right bottom"], canBeWithoutEffect: true },
  enlarge: { values: [false, true], canBeWithoutEffect: true },
  background: { values: ["#ffffff", "#ff0000"], canBeWithoutEffect: true },
  colourSpace: { values: ["srgb", "p3"], canBeWithoutEffect: true },
  watermark: { values: [undefined, { text: "©" }] },
  "watermark.text": { values: ["Acme", "2026"] },
  "watermark.image": { values: ["red.png", "blue.png"] },
  "watermark.imageHash": { values: [LOGO_HASHES["red.png"], LOGO_HASHES["blue.png"]] },
  "watermark.font": { values: ["Tiny-Bold.ttf", "double.ttf"] },
  "watermark.fontHash": { values: [FONT_HASHES["Tiny-Bold.ttf"], FONT_HASHES["double.ttf"]] },
  "watermark.marginPercent": { values: [3, 10] },
  "watermark.position": { values: ["left top", "top", "centre", "right bottom"] },
  "watermark.colour": { values: ["#ffffff", "#ff0000"] },
  "watermark.opacityPercent": { values: [60, 100] },
  "watermark.widthPercent": { values: [30, 100] },
  keep: { values: [[], ["copyright"]], canBeWithoutEffect: true },
  formats: { values: [["png"], ["png", { format: "webp", animated: "only" }]], canBeWithoutEffect: true },
  "formats.webp.quality": { values: [80, 20] },
  "formats.webp.effort": { values: [0, 6] },
  "formats.webp.smartSubsample": { values: [false, true] },
  "formats.webp.animated": { values: ["first-frame", "keep"], canBeWithoutEffect: true },
  "formats.jpeg.quality": { values: [80, 20] },
  "formats.jpeg.progressive": { values: [false, true], canBeWithoutEffect: true },
  "formats.jpeg.mozjpeg": { values: [false, true] },
  "formats.jpeg.chromaSubsampling": { values: ["4:2:0", "4:4:4"] },
  "formats.avif.quality": { values: [64, 20] },
  "formats.avif.effort": { values: [0, 2] },
  "formats.avif.tune": { values: ["ssim", "iq", "psnr"] },
  "formats.avif.chromaSubsampling": { values: ["4:2:0", "4:4:4"] },
  "formats.png.palette": { values: [false, true] },
  "formats.gif.animated": { values: ["first-frame", "keep"], canBeWithoutEffect: true },
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
  "a still with a copyright": {
    picture: () =>
      scene(90, 60)
        .withExif({ IFD0: { Copyright: "Acme" } })
        .png()
        .toBuffer(),
    preset: { width: 40, formats: ["png", "gif"] },
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

useConfigFiles();
const pictures = new Map<string, Buffer>();
beforeAll(async () => {
  for (const [name, { picture }] of Object.entries(CASES)) pictures.set(name, await picture());
});

it("has values for every option of the schema, and no others", () => {
  expect(Object.keys(OPTIONS).sort()).toEqual(optionsOf(Preset).sort());
});

it("accepts every output format in a preset", () => {
  const presets = OutputFormat.options.map((format) => Preset.parse({ width: 40, formats: [format] }));
  expect(presets.flatMap(({ formats }) => formats.map(({ format }) => format))).toEqual(OutputFormat.options);
});

describe.each(Object.entries(OPTIONS))("another value of %s", (option, { values, canBeWithoutEffect }) => {
  it.each(values.slice(1).map((value) => [value]))(
    "changes the plan's hash exactly when it changes a file: %j",
    async (value) => {
      const changes: { file: boolean; hash: boolean }[] = [];
      for (const [name, { preset }] of Object.entries(CASES)) {
        const was = await renderWith(name, withValue(preset, option, values[0]));
        const is = await renderWith(name, withValue(preset, option, value));
        changes.push({ file: was.files !== is.files, hash: was.hash !== is.hash });
      }
      const changedFiles = changes.map(({ file }) => file);
      expect(changes.map(({ hash }) => hash)).toEqual(changedFiles);
      expect(changedFiles).toContain(true);
      expect(changedFiles.includes(false)).toBe(canBeWithoutEffect ?? false);
    },
  );
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

/** Sets an option by its path: of the preset, of the watermark, or of a format's encoder. */
function withValue(preset: PresetInput, option: string, value: unknown): Preset {
  const [name = "", inner, encoderOption = ""] = option.split(".");
  if (inner === undefined) return Preset.parse({ ...preset, [name]: value });
  if (inner.startsWith("image")) return Preset.parse({ ...preset, watermark: logoWith(value) });
  if (inner.startsWith("font")) return Preset.parse({ ...preset, watermark: textWith(value) });
  if (name === "watermark") return Preset.parse({ ...preset, watermark: { text: "Acme", [inner]: value } });
  const others = preset.formats.find((output) => typeof output === "object" && output.format === inner);
  const output = Object.assign({ format: inner }, others, { [encoderOption]: value });
  return Preset.parse({ ...preset, formats: [output] });
}

/** Returns the watermark of a logo by its name or its hash. */
function logoWith(value: unknown): object {
  const [image, imageHash] =
    Object.entries(LOGO_HASHES).find((logo) => logo.some((one) => one === value)) ?? [];
  return { image, imageHash };
}

/** Returns the watermark of a text in a font by its name or its hash. */
function textWith(value: unknown): object {
  const [font, fontHash] =
    Object.entries(FONT_HASHES).find((one) => one.some((part) => part === value)) ?? [];
  return { text: "\u0627", font, fontHash };
}

async function renderWith(name: string, preset: Preset) {
  const recipe = { presets: Presets.parse({ one: preset }), limits: Limits.parse({}) };
  const { facts, renditions } = await render(pictures.get(name) ?? Buffer.of(), recipe.presets);
  const files = renditions.map(({ format, sha256 }) => `${format} ${sha256}`).sort();
  return { files: files.join(), hash: toPlanHash({ facts }, recipe) };
}

function large(): Promise<Buffer> {
  return scene(90, 60).png().toBuffer();
}
