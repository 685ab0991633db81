import * as z from "zod";
import { SourceFormat } from "../messages/facts.ts";
import { OutputFormat } from "../messages/rendition.ts";
import { CropPosition } from "./positions.ts";
import { Watermark } from "./watermark.ts";

const Percent = z.int().min(1).max(100);
const Animated = z.enum(["first-frame", "keep", "only"]).default("first-frame");

const ChromaSubsampling = z.enum(["auto", "4:2:0", "4:4:4"]).default("auto");

const WebpOutput = z.strictObject({
  format: z.literal("webp"),
  quality: Percent.default(80),
  effort: z.int().min(0).max(6).default(4),
  smartSubsample: z.union([z.literal("auto"), z.boolean()]).default("auto"),
  animated: Animated,
});
const JpegOutput = z.strictObject({
  format: z.literal("jpeg"),
  quality: Percent.default(80),
  progressive: z.boolean().default(false),
  mozjpeg: z.boolean().default(false),
  chromaSubsampling: ChromaSubsampling,
});
const AvifOutput = z.strictObject({
  format: z.literal("avif"),
  quality: Percent.default(64),
  effort: z.int().min(0).max(9).default(0),
  tune: z.enum(["ssim", "iq", "psnr"]).default("ssim"),
  chromaSubsampling: ChromaSubsampling,
});
const PngOutput = z.strictObject({ format: z.literal("png"), palette: z.boolean().default(false) });
const GifOutput = z.strictObject({ format: z.literal("gif"), animated: Animated });

/** The options of each format's encoder. */
export const OUTPUT_OPTIONS = {
  webp: WebpOutput,
  jpeg: JpegOutput,
  avif: AvifOutput,
  png: PngOutput,
  gif: GifOutput,
} as const satisfies Record<OutputFormat, z.ZodObject>;
const FORMAT_LIST = new Intl.ListFormat("en-GB", { type: "disjunction" }).format(OutputFormat.options);
const OutputOptions = z.discriminatedUnion("format", [
  WebpOutput,
  JpegOutput,
  AvifOutput,
  PngOutput,
  GifOutput,
]);
/** One output of a preset: a format's name for its defaults, or the format with its encoder's options. */
export const Output = z.codec(
  z.union([OutputFormat, z.looseObject({ format: OutputFormat })], {
    error: `must be ${FORMAT_LIST}, or an object with one of these as its format`,
  }),
  OutputOptions,
  {
    decode: (output) =>
      (typeof output === "string" ? { format: output } : output) as z.input<typeof OutputOptions>,
    encode: (output) => output,
  },
);
export type Output = z.infer<typeof Output>;

/** The options of a rendition: size, crop, formats. `setting-descriptions.ts` describes every setting. */
export const Preset = z
  .strictObject({
    width: z.int().positive().max(65_535).optional(),
    height: z.int().positive().max(65_535).optional(),
    fit: z.enum(["cover", "contain", "inside", "fill"]).default("inside"),
    position: CropPosition.default("centre"),
    enlarge: z.boolean().default(false),
    background: z
      .string()
      .regex(/^(auto|#([0-9a-fA-F]{6}|[0-9a-fA-F]{8}))$/, 'must be a colour such as #ffffff, or "auto"')
      .default("auto"),
    colourSpace: z.enum(["srgb", "p3"]).default("srgb"),
    watermark: Watermark.optional(),
    keep: z
      .array(z.enum(["copyright"]))
      .refine((names) => new Set(names).size === names.length, "must name each kind once")
      .default([]),
    formats: z.array(Output).min(1).refine(hasOneOfEach, "must name each format once"),
  })
  .refine(
    (preset) => preset.width !== undefined || preset.height !== undefined,
    "must have a width or a height",
  )
  .refine(
    ({ formats }) => formats.length === 0 || !formats.every(isForAnimationsOnly),
    "must have a format for sources that are not animated",
  );
export type Preset = z.infer<typeof Preset>;

/** Presets by name; a name is part of its renditions' keys. */
export const Presets = z
  .record(
    z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "must be lower-case letters, digits and dashes, 40 at most"),
    Preset,
  )
  .refine((presets) => Object.keys(presets).length > 0, "must have at least one preset");
export type Presets = z.infer<typeof Presets>;

/**
 * The most pixels of a frame by format, as far as they bound the time: a JPEG is reduced while it is decoded, so that phones' pictures
 * of 200 megapixels take seconds and little memory; the formats whose decoders hold a picture are bounded by their memory first.
 */
const FramePixels = z.strictObject({
  jpeg: z.int().positive().default(210_000_000),
  png: z.int().positive().default(100_000_000),
  webp: z.int().positive().default(60_000_000),
  gif: z.int().positive().default(60_000_000),
  tiff: z.int().positive().default(100_000_000),
  avif: z.int().positive().default(100_000_000),
  heic: z.int().positive().default(100_000_000),
  raw: z.int().positive().default(210_000_000),
  svg: z.int().positive().default(5_000_000),
}) satisfies z.ZodType<Record<SourceFormat, number>>;

/**
 * The bounds of a source. Those of rendering are enforced by the process that renders; all others are checked from its size or
 * its parts, before it is decoded.
 */
export const Limits = z.strictObject({
  maxBytes: z
    .int()
    .positive()
    .default(100 * 1024 * 1024),
  inputs: z
    .array(SourceFormat)
    .min(1)
    .refine((formats) => new Set(formats).size === formats.length, "must name each format once")
    .default(SourceFormat.exclude(["raw", "svg"]).options),
  maxFramePixels: z.union([z.int().positive(), FramePixels]).prefault({}),
  maxFrames: z.int().positive().default(100),
  maxTotalPixels: z.int().positive().default(100_000_000),
  maxDecodeMemoryBytes: z
    .int()
    .positive()
    .default(360 * 1024 * 1024),
  maxScans: z.int().positive().default(64),
  maxParts: z.int().positive().default(25_000),
  maxRenderSeconds: z.number().positive().default(20),
  maxRenderMemoryBytes: z
    .int()
    .positive()
    .default(768 * 1024 * 1024),
});
export type Limits = z.infer<typeof Limits>;

function isForAnimationsOnly(output: Output): boolean {
  return "animated" in output && output.animated === "only";
}

function hasOneOfEach(outputs: Output[]): boolean {
  return new Set(outputs.map((output) => output.format)).size === outputs.length;
}
