import { Limits, OUTPUT_OPTIONS, Preset, Presets, Watermark } from "@image-pipeline/schema/config";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import type * as z from "zod";
import { toPlanHash } from "../src/index.ts";
import { scene } from "./pictures/scene.ts";
import { type Rendered, render } from "./render.ts";

type Input = z.input<typeof Preset>;
type Format = keyof typeof OUTPUT_OPTIONS;

/** Values of one option, each of which must make a different file of one of the pictures. */
interface Change {
  /** The picture that shows the change (default: `still`). */
  picture?: keyof typeof PICTURES;
  /** The rest of the preset, in which the option makes a difference. */
  rest?: Partial<Input>;
  values: readonly unknown[];
  /** The rest of a preset in which the option makes no difference to the same picture. */
  without?: Partial<Input>;
}

const PICTURES = {
  still: () => scene(90, 60).png().toBuffer(),
  transparent: () => scene(90, 60).ensureAlpha(0.5).png().toBuffer(),
  wide: () => scene(90, 60).withIccProfile("p3").png().toBuffer(),
  animated: async () =>
    sharp([await scene(90, 60).png().toBuffer(), await scene(90, 60).negate().png().toBuffer()], {
      join: { animated: true },
    })
      .webp({ effort: 0 })
      .toBuffer(),
};
const LIMITS = Limits.parse({});
const ANIMATED_FORMATS: Input["formats"] = [{ format: "webp", effort: 0, animated: "keep" }];
const SQUARE = { width: 40, height: 40 };

/** One entry for each option of a preset; an option without one does not compile. */
const PRESET_CHANGES = {
  width: { values: [30, 40] },
  height: { rest: { width: undefined }, values: [30, 40] },
  fit: { rest: SQUARE, values: ["cover", "contain", "inside", "fill"], without: { width: 40 } },
  position: {
    rest: { width: 50, height: 20, fit: "cover" },
    values: ["centre", "top", "bottom"],
    without: { width: 40 },
  },
  enlarge: { rest: { width: 200 }, values: [false, true], without: { width: 40 } },
  background: { rest: { ...SQUARE, fit: "contain" }, values: ["#ffffff", "#ff0000"], without: { width: 40 } },
  colourSpace: { picture: "wide", values: ["srgb", "p3"] },
  watermark: { values: [undefined, { text: "©" }, { text: "a" }] },
  formats: { values: [["png"], ["jpeg"], ["png", "jpeg"]] },
} as const satisfies Record<keyof Preset, Change>;

/** Options that are not applied to the frames of an animation, with the reason. */
const STILLS_ONLY: Partial<Record<keyof Preset, string>> = {
  colourSpace: "frames are converted to sRGB",
  formats: "the formats of an animation are changed below",
};

const WATERMARK_CHANGES = {
  text: { values: ["©", "a"] },
  position: {
    values: [
      "centre",
      "top",
      "right top",
      "right",
      "right bottom",
      "bottom",
      "left bottom",
      "left",
      "left top",
    ],
  },
  colour: { values: ["#ffffff", "#ff0000"] },
  opacityPercent: { values: [20, 90] },
  widthPercent: { values: [20, 60] },
} as const satisfies Record<keyof Watermark, Change>;

const ENCODER_CHANGES: { [Name in Format]: Record<keyof z.infer<(typeof OUTPUT_OPTIONS)[Name]>, Change> } = {
  webp: {
    format: { values: ["webp"] },
    quality: { values: [10, 90] },
    effort: { values: [0, 6] },
    animated: { picture: "animated", values: ["first-frame", "keep"] },
  },
  jpeg: {
    format: { values: ["jpeg"] },
    quality: { values: [10, 90] },
    progressive: { values: [false, true] },
    mozjpeg: { values: [false, true] },
  },
  avif: {
    format: { values: ["avif"] },
    quality: { values: [10, 90] },
    effort: { values: [0, 4] },
    tune: { values: ["ssim", "iq", "psnr"] },
    chromaSubsampling: { values: ["4:2:0", "4:4:4"] },
  },
  png: { format: { values: ["png"] }, palette: { values: [false, true] } },
  gif: {
    format: { values: ["gif"] },
    animated: { picture: "animated", values: ["first-frame", "keep"] },
  },
};

const sources = new Map<string, Buffer>();
beforeAll(async () => {
  for (const [name, make] of Object.entries(PICTURES)) sources.set(name, await make());
});

describe.each(Object.entries<Change>(PRESET_CHANGES))("the preset option %s", (name, change) => {
  const { picture = "still", rest, values, without } = change;
  const presets = values.map((value) => ({ width: 40, formats: ["png"], ...rest, [name]: value }));

  it("changes file and hash of a still picture together", async () => {
    await expectDistinct(picture, presets);
  });

  if (!(name in STILLS_ONLY))
    it("changes file and hash of an animation together", async () => {
      await expectDistinct(
        "animated",
        presets.map((preset) => ({ ...preset, formats: ANIMATED_FORMATS })),
      );
    });

  if (without)
    it("changes neither file nor hash if it makes no difference", async () => {
      await expectEqual(
        picture,
        values.map((value) => ({ formats: ["png"], ...without, [name]: value })),
      );
    });
});

describe.each(Object.entries<Change>(WATERMARK_CHANGES))("the watermark option %s", (name, { values }) => {
  const presets = values.map((value) => ({
    width: 80,
    formats: ["png"],
    watermark: { text: "© Team of photographers", [name]: value },
  }));

  it("changes file and hash together, of still pictures and animations", async () => {
    await expectDistinct("still", presets);
    await expectDistinct(
      "animated",
      presets.map((preset) => ({ ...preset, formats: ANIMATED_FORMATS })),
    );
  });
});

const ENCODER_OPTIONS = Object.entries<Record<string, Change>>(ENCODER_CHANGES).flatMap(([format, changes]) =>
  Object.entries(changes).map(([name, change]) => [format, name, change] as const),
);

it.each(ENCODER_OPTIONS)("the %s option %s changes file and hash together", async (format, name, change) => {
  const { picture = "still", values } = change;
  await expectDistinct(
    picture,
    values.map((value) => ({ width: 60, formats: [{ format, [name]: value }] })),
  );
});

it("the background changes file and hash of a transparent picture in a format without transparency", async () => {
  const preset = { width: 40, formats: ["jpeg"] };
  await expectDistinct("transparent", [preset, { ...preset, background: "#ff0000" }]);
});

const SCHEMAS: [string, z.ZodObject, changes: Record<string, Change>][] = [
  ["preset", Preset, PRESET_CHANGES],
  ["watermark", Watermark, WATERMARK_CHANGES],
  ["webp", OUTPUT_OPTIONS.webp, ENCODER_CHANGES.webp],
  ["jpeg", OUTPUT_OPTIONS.jpeg, ENCODER_CHANGES.jpeg],
  ["avif", OUTPUT_OPTIONS.avif, ENCODER_CHANGES.avif],
  ["png", OUTPUT_OPTIONS.png, ENCODER_CHANGES.png],
  ["gif", OUTPUT_OPTIONS.gif, ENCODER_CHANGES.gif],
];

it.each(SCHEMAS)("every %s option of the schema is changed above", (_name, { shape }, changes) => {
  expect(Object.keys(changes).sort()).toEqual(Object.keys(shape).sort());
});

it("every format's options are checked above", () => {
  expect(SCHEMAS.map(([name]) => name)).toEqual(expect.arrayContaining(Object.keys(OUTPUT_OPTIONS)));
});

/** Expects that each preset makes other files than every other one, and has another hash. */
async function expectDistinct(picture: keyof typeof PICTURES, presets: readonly unknown[]): Promise<void> {
  const { files, hashes } = await renderAll(picture, presets);
  expect(new Set(files).size, "different files").toBe(presets.length);
  expect(new Set(hashes).size, "different hashes").toBe(presets.length);
}

async function expectEqual(picture: keyof typeof PICTURES, presets: readonly unknown[]): Promise<void> {
  const { files, hashes } = await renderAll(picture, presets);
  expect(new Set(files).size, "equal files").toBe(1);
  expect(new Set(hashes).size, "equal hashes").toBe(1);
}

async function renderAll(picture: keyof typeof PICTURES, presets: readonly unknown[]) {
  const source = sources.get(picture) ?? Buffer.of();
  const files: string[] = [];
  const hashes: (string | undefined)[] = [];
  for (const preset of presets) {
    const recipe = { presets: Presets.parse({ one: preset }), limits: LIMITS };
    const rendered = await render(source, { one: Preset.parse(preset) });
    files.push(filesOf(rendered));
    hashes.push(toPlanHash(rendered, recipe));
  }
  return { files, hashes };
}

function filesOf({ renditions }: Rendered): string {
  return renditions
    .map(({ format, sha256 }) => `${format} ${sha256}`)
    .sort()
    .join();
}
