import { createHash } from "node:crypto";
import type { OutputFormat } from "@image-pipeline/schema";
import type { Output } from "@image-pipeline/schema/config";
import type { Sharp } from "sharp";
import { FORMATS } from "./formats/formats.ts";
import type { RenditionPlan } from "./plan-renditions.ts";
import { provePrivate } from "./prove-private.ts";
import type { Header } from "./read-header.ts";
import { runOperation } from "./run-operation.ts";
import type { TimeBudget } from "./time-budget.ts";

/** One output file, ready to be written. Width and height in pixels of one frame. */
export interface EncodedRendition {
  preset: string;
  format: OutputFormat;
  /** The extension of the file's name, without a dot. */
  extension: string;
  contentType: string;
  width: number;
  height: number;
  pages: number;
  data: Uint8Array;
  sha256: string;
  /** Set if the rendition has the source's full size and more bytes. */
  largerThanSource?: boolean;
}

interface EncodeContext {
  budget: TimeBudget;
  keepsProfile: boolean;
  animation?: Header["animation"];
}

/** Encodes an operation's outcome and proves that the file contains only the picture. */
export async function encodeRendition(
  operation: Sharp,
  { name, preset, output }: RenditionPlan,
  { budget, keepsProfile, animation }: EncodeContext,
): Promise<EncodedRendition> {
  const { format } = output;
  const { extension, hasAlpha } = FORMATS[format].encoder;
  const picture = hasAlpha ? operation : operation.flatten({ background: preset.background });
  const playback = animation && { delay: animation.delays, loop: animation.loop };
  const { data, info } = await runOperation(
    picture.toFormat(format, { ...encoderOptions(output), ...playback }),
    budget,
  );
  provePrivate(data, format, { keepsProfile });
  return {
    preset: name,
    format,
    extension,
    contentType: `image/${format}`,
    width: info.width,
    height: info.pageHeight ?? info.height,
    pages: info.pages ?? 1,
    data,
    sha256: createHash("sha256").update(data).digest("hex"),
  };
}

/** Returns all options of an output that its encoder takes. Their names are those of sharp's options. */
export function encoderOptions(output: Output) {
  const settled = FORMATS[output.format].encoder.settle?.(output) ?? output;
  const { format, animated, ...options } = { animated: undefined, ...settled };
  return options;
}
