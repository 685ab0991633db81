import { createHash } from "node:crypto";
import type { OutputFormat } from "@image-pipeline/schema/manifest";
import type { Sharp } from "sharp";
import type { Animation } from "./formats/format.ts";
import { outputFormat } from "./formats/formats.ts";
import { provePrivate } from "./prove-private.ts";
import type { RenditionPlan } from "./rendition-plan.ts";
import { toXmp } from "./rights/xmp.ts";
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

/** Encodes an operation's result and proves that the file contains nothing but the picture. */
export async function encodeRendition(
  operation: Sharp,
  { name, preset, output, kept }: RenditionPlan,
  {
    budget,
    keepsProfile,
    animation,
  }: { budget: TimeBudget; keepsProfile: boolean; animation?: Animation | undefined },
): Promise<EncodedRendition> {
  const format = outputFormat(output.format);
  const visible = format.isOpaque ? operation.flatten({ background: preset.background }) : operation;
  const picture = kept ? visible.withXmp(toXmp(kept)) : visible;
  const { data, info } = await runOperation(format.encode(picture, output, animation), budget);
  provePrivate(data, output.format, { keepsProfile, kept });
  return {
    preset: name,
    format: output.format,
    extension: format.extension,
    contentType: `image/${output.format}`,
    width: info.width,
    height: info.pageHeight ?? info.height,
    pages: info.pages ?? 1,
    data,
    sha256: createHash("sha256").update(data).digest("hex"),
  };
}
