import { Limits, Presets, type Recipe, recipeOf, toHash, toRecipeHash } from "@image-pipeline/schema/config";
import type { Facts, RejectionReason } from "@image-pipeline/schema/manifest";
import { aSource, processed, rejected } from "@image-pipeline/testing";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import type { z } from "zod";
import { ENGINE } from "../src/engine-versions.ts";
import { relevantOptions } from "../src/options/preset-options.ts";
import { isCurrent, toPlanHash } from "../src/plan-hash.ts";
import { planRenditions } from "../src/plan-renditions.ts";
import { playing, scene } from "./pictures/scene.ts";
import { type Rendered, render } from "./render.ts";

type Input = z.input<typeof Presets>;

const LIMITS = Limits.parse({});
const webp = { format: "webp", effort: 0 } as const;
const PRESET: Input[string] = { width: 40, formats: ["jpeg"] };
const FILL: Input[string] = { width: 16, height: 16, fit: "fill", formats: ["png"] };
const one = (preset: Partial<Input[string]>): Input => ({ one: { ...PRESET, ...preset } });

/** Pictures that differ in the facts that a preset can depend on. */
const PICTURES: Record<string, () => Promise<Buffer>> = {
  small: () => scene(30, 20).png().toBuffer(),
  large: () => scene(90, 60).png().toBuffer(),
  upright: () => scene(60, 90).png().toBuffer(),
  "large with alpha": () => scene(90, 60).ensureAlpha(0.5).png().toBuffer(),
  "large in Display P3": () => scene(90, 60).withIccProfile("p3").png().toBuffer(),
  "in Display P3 without a name": async () => {
    const source = await scene(90, 60).withIccProfile("p3").tiff({ compression: "none" }).toBuffer();
    source.write("none", source.indexOf("desc", source.indexOf("acsp")), "latin1");
    return source;
  },
  "large with an sRGB profile": () => scene(90, 60).withIccProfile("srgb").png().toBuffer(),
  "a TIFF of two pages": async () =>
    sharp([await scene(90, 60).png().toBuffer(), await scene(90, 60).negate().png().toBuffer()], {
      join: { animated: true },
    })
      .tiff()
      .toBuffer(),
  "large and animated": () => playing(90, 60),
};

const CHANGES: [string, Input, Input, affected: string[]][] = [
  ["nothing", one({}), one({}), []],
  ["the quality", one({}), one({ formats: [{ format: "jpeg", quality: 10 }] }), Object.keys(PICTURES)],
  ["the name", one({}), { other: { width: 40, formats: ["jpeg"] } }, Object.keys(PICTURES)],
  [
    "a width that only large pictures reach",
    one({ width: 40 }),
    one({ width: 50 }),
    Object.keys(PICTURES).filter((name) => name !== "small"),
  ],
  ["a width that no picture reaches", one({ width: 200 }), one({ width: 300 }), []],
  ["the enlargement of small pictures", one({}), one({ enlarge: true }), ["small"]],
  ["the order of presets", { a: PRESET, b: PRESET }, { b: PRESET, a: PRESET }, []],
  [
    "the order of presets of one area",
    { a: { ...FILL, width: 40, height: 20 }, b: { ...FILL, width: 20, height: 40 }, c: FILL },
    { b: { ...FILL, width: 20, height: 40 }, a: { ...FILL, width: 40, height: 20 }, c: FILL },
    [],
  ],
  ["the order of formats", one({ formats: ["jpeg", "png"] }), one({ formats: ["png", "jpeg"] }), []],
  [
    "an option that another option overrules",
    one({ formats: [{ format: "jpeg", mozjpeg: true }] }),
    one({ formats: [{ format: "jpeg", mozjpeg: true, progressive: true }] }),
    [],
  ],
  [
    "an output for animations",
    one({}),
    one({ formats: ["jpeg", { ...webp, animated: "only" }] }),
    ["large and animated"],
  ],
  [
    "the frames that are kept",
    one({ formats: [webp] }),
    one({ formats: [{ ...webp, animated: "keep" }] }),
    ["large and animated"],
  ],
  ["the background", one({}), one({ background: "#ff0000" }), ["large with alpha"]],
  [
    "the background of a frame",
    one({ height: 40, fit: "contain", formats: ["png"] }),
    one({ height: 40, fit: "contain", formats: ["png"], background: "#ff0000" }),
    Object.keys(PICTURES),
  ],
  [
    "the background of a frame that landscapes fill",
    one({ height: 27, fit: "contain", formats: ["png"] }),
    one({ height: 27, fit: "contain", formats: ["png"], background: "#ff0000" }),
    ["small", "upright"],
  ],
  ["the position without a crop", one({}), one({ position: "top" }), []],
  [
    "the position of a crop",
    one({ height: 40, fit: "cover" }),
    one({ height: 40, fit: "cover", position: "left" }),
    Object.keys(PICTURES).filter((name) => name !== "upright"),
  ],
  [
    "the vertical position of a crop",
    one({ height: 40, fit: "cover" }),
    one({ height: 40, fit: "cover", position: "top" }),
    ["upright"],
  ],
  [
    "a position by content without a crop",
    one({ width: 45, height: 30, fit: "cover" }),
    one({ width: 45, height: 30, fit: "cover", position: "attention" }),
    ["upright"],
  ],
  [
    "the colour space",
    one({}),
    one({ colourSpace: "p3" }),
    ["large in Display P3", "in Display P3 without a name"],
  ],
  ["the watermark", one({}), one({ watermark: { text: "©" } }), Object.keys(PICTURES)],
];

describe.each(CHANGES)("a change of %s", (_change, before, after, affected) => {
  it.each(Object.keys(PICTURES))(
    "changes files and hash together, or neither, of a picture that is %s",
    async (name) => {
      const source = sources.get(name) ?? Buffer.of();
      const [was, is] = [await render(source, before), await render(source, after)];
      const isAffected = affected.includes(name);
      expect({
        files: filesOf(was) !== filesOf(is),
        hash: hashOf(was, before) !== hashOf(was, after),
      }).toEqual({
        files: isAffected,
        hash: isAffected,
      });
    },
  );
});

describe("a rejection", () => {
  const recipe = { presets: Presets.parse(one({})), limits: LIMITS };
  const otherPresets = { ...recipe, presets: Presets.parse(one({ width: 9 })) };
  const withLimits = (limits: Partial<Limits>) => ({ ...recipe, limits: { ...LIMITS, ...limits } });
  const hash = (reason: RejectionReason, recipe: Recipe) => toPlanHash({ reason }, recipe);

  it.each([
    ["EMPTY_OBJECT", [], ["maxBytes", "maxFramePixels", "maxFrames"]],
    ["UNSUPPORTED_FORMAT", ["inputs"], ["maxBytes", "maxFramePixels", "maxFrames"]],
    ["TOO_MANY_BYTES", ["maxBytes"], ["maxFramePixels", "maxRenderSeconds"]],
    ["TOO_MANY_PIXELS", ["maxFramePixels", "maxTotalPixels", "maxDecodeMemoryBytes"], ["maxBytes"]],
    ["TOO_MANY_FRAMES", ["maxFrames"], ["maxBytes", "maxRenderSeconds"]],
  ] as const)("for %s depends on the limits %j, not on presets or %j", (reason, met, others) => {
    const was = hash(reason, recipe);
    expect(hash(reason, otherPresets)).toBe(was);
    for (const name of met) expect(hash(reason, withLimits({ [name]: 9 })), name).not.toBe(was);
    for (const name of others) expect(hash(reason, withLimits({ [name]: 9 })), name).toBe(was);
  });

  it.each(["CORRUPT_IMAGE", "RENDER_TIMEOUT"] as const)(
    "for %s has no hash, since it may depend on every option",
    (reason) => {
      expect(hash(reason, recipe)).toBeUndefined();
    },
  );
});

describe("a change of one preset rule", () => {
  const settings = { presets: Presets.parse({ a: PRESET, b: FILL }), presetRules: [], limits: LIMITS };
  const before = { ...settings, presetRules: [{ prefix: "avatars/", presets: ["a"] }] };
  const after = { ...settings, presetRules: [{ prefix: "avatars/", presets: ["a", "b"] }] };
  const made = (key: string, manifest = processed(aSource({ key }))) => {
    const recipe = recipeOf(key, before);
    const plan = toPlanHash(manifest, recipe);
    return { ...manifest, recipe: toRecipeHash(recipe, ENGINE), ...(plan && { plan }) };
  };

  it("makes the images below its prefix stale", () => {
    expect(isCurrent(made("avatars/a.jpg"), before)).toBe(true);
    expect(isCurrent(made("avatars/a.jpg"), after)).toBe(false);
  });

  it("leaves all other images current, even those without a plan", () => {
    const damaged = rejected(aSource({ key: "photos/a.jpg" }));
    expect(isCurrent(made("photos/a.jpg"), after)).toBe(true);
    expect(isCurrent({ ...damaged, recipe: made("photos/a.jpg").recipe }, after)).toBe(true);
  });
});

describe("another release of the pipeline", () => {
  const settings = { presets: Presets.parse({ a: PRESET }), presetRules: [], limits: LIMITS };
  const recipe = toRecipeHash(recipeOf("photos/a.jpg", settings), ENGINE);

  it("leaves every image current that its engine and presets would render the same", () => {
    for (const pipelineVersion of [undefined, "0.0.1", "99.0.0"])
      for (const make of [processed, rejected])
        expect(
          isCurrent({ ...make(aSource({ key: "photos/a.jpg" })), recipe, pipelineVersion }, settings),
        ).toBe(true);
  });
});

const PHOTOGRAPH: Facts = {
  ...{ format: "webp", width: 90, height: 60, pages: 1, hasAlpha: false, colourSpace: "srgb", exif: {} },
  ...{ thumbhash: "", dominantColour: "#000000", perceptualHash: "0".repeat(16), sha256: "0".repeat(64) },
};
/** Facts for which every option has an effect. */
const ANIMATION: Facts = { ...PHOTOGRAPH, hasAlpha: true, isWideGamut: true, isAnimated: true };

describe("the hash of a rendition's plan", () => {
  it.each<[string, Facts, Input[string], string]>([
    [
      "photograph, by defaults",
      PHOTOGRAPH,
      { width: 40, formats: ["jpeg"] },
      "5b465feb14002fbdeb2604c44ceeaba2",
    ],
    [
      "cropped photograph, by mozjpeg",
      PHOTOGRAPH,
      {
        width: 40,
        height: 40,
        fit: "cover",
        position: "attention",
        formats: [{ format: "jpeg", mozjpeg: true }],
      },
      "d2cb02bd449afa24c553dc6aa3cd61ae",
    ],
    [
      "animation with every option",
      ANIMATION,
      {
        ...{ width: 40, height: 40, fit: "contain", background: "#ff0000", colourSpace: "p3" },
        watermark: { text: "©" },
        formats: [{ format: "webp", animated: "keep" }],
      },
      "0ba1bf1517334dbb9455e00476e96fd0",
    ],
  ])("is the one in existing manifests for the %s", (_name, facts, preset, hash) => {
    const [plan] = planRenditions(facts, { presets: Presets.parse({ one: preset }), limits: LIMITS });
    expect(plan && toHash(relevantOptions(plan, facts))).toBe(hash);
  });
});

const sources = new Map<string, Buffer>();
beforeAll(async () => {
  for (const [name, make] of Object.entries(PICTURES)) sources.set(name, await make());
});

function filesOf({ renditions }: Rendered): string {
  return renditions
    .map(({ preset, format, sha256 }) => `${preset}.${format} ${sha256}`)
    .sort()
    .join();
}

function hashOf({ facts }: Rendered, presets: Input): string | undefined {
  return toPlanHash({ facts }, { presets: Presets.parse(presets), limits: LIMITS });
}
