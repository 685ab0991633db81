import { OutputFormat } from "@image-pipeline/schema";
import { Limits, Preset, Presets } from "@image-pipeline/schema/config";
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { toPlanHash } from "../src/plan-hash.ts";
import { planRenditions } from "../src/plan-renditions.ts";
import { PRESET_OPTIONS, relevantOptions } from "../src/preset-options.ts";
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

/** Encoder options that have no effect beside another option, or for a still. */
const WITHOUT_EFFECT = /^formats\.(jpeg\.progressive|\w+\.animated)$/;

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

it("has options for every output format", () => {
  const presets = OutputFormat.options.map((format) => Preset.parse({ width: 40, formats: [format] }));
  expect(presets.flatMap(({ formats }) => formats.map(({ format }) => format))).toEqual(OutputFormat.options);
});

describe.each(Object.entries(VALUES))("another value of %s", (option, [before, after]) => {
  it("changes the plan's hash exactly when it changes a file", async () => {
    const entry = entryOf(option) ?? {};
    const isInPlan = entry === PRESET_OPTIONS.width || WITHOUT_EFFECT.test(option);
    const changes: { file: boolean; hash: boolean; isHashed: boolean }[] = [];
    for (const [name, { preset }] of Object.entries(CASES)) {
      const was = await renderWith(name, withValue(preset, option, before));
      const is = await renderWith(name, withValue(preset, option, after));
      const isHashed = was.hashed.includes(option) && is.hashed.includes(option);
      changes.push({ file: was.files !== is.files, hash: was.hash !== is.hash, isHashed });
    }
    expect(changes.map(({ hash }) => hash)).toEqual(changes.map(({ file }) => file));
    expect(changes.some(({ file }) => file)).toBe(true);
    if ("matters" in entry) expect(changes.some(({ file, isHashed }) => !file || !isHashed)).toBe(true);
    if (isInPlan) expect(changes.some(({ file }) => !file)).toBe(true);
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

/** Returns the table's entry of an option of the preset; none for a nested option. */
function entryOf(option: string): object | undefined {
  return Object.entries(PRESET_OPTIONS).find(([name]) => name === option)?.[1];
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
  const recipe = { presets: Presets.parse({ one: preset }), limits: Limits.parse({}) };
  const { facts, renditions } = await render(pictures.get(name) ?? Buffer.of(), recipe.presets);
  const files = renditions.map(({ format, sha256 }) => `${format} ${sha256}`).sort();
  const plans = planRenditions(facts, recipe);
  return {
    files: files.join(),
    hash: toPlanHash({ facts }, recipe),
    hashed: plans.flatMap((plan) => Object.keys(relevantOptions(facts, plan))),
  };
}

function large(): Promise<Buffer> {
  return scene(90, 60).png().toBuffer();
}
