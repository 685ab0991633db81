import { createHash } from "node:crypto";
import type { OutputFormat } from "@image-pipeline/schema";
import type { Output } from "@image-pipeline/schema/config";
import type { Sharp } from "sharp";
import type { RenditionPlan } from "./plan-renditions.ts";
import { provePrivate } from "./prove-private.ts";
import type { Header } from "./read-header.ts";
import { runOperation } from "./run-operation.ts";
import type { TimeBudget } from "./time-budget.ts";

/** One output file, ready to be written. Width and height in pixels of one frame. */
export interface EncodedRendition {
  preset: string;
  format: OutputFormat;
  /** Without a dot. */
  extension: string;
  contentType: string;
  width: number;
  height: number;
  pages: number;
  data: Uint8Array;
  sha256: string;
  /** Set where the rendition has the source's full size and yet more bytes. */
  largerThanSource?: boolean;
}

/** Encodes an operation's outcome and proves that the file holds nothing but the picture. */
export async function encodeRendition(
  operation: Sharp,
  { name, preset, output }: RenditionPlan,
  {
    budget,
    keepsProfile,
    animation,
  }: { budget: TimeBudget; keepsProfile: boolean; animation?: Header["animation"] },
): Promise<EncodedRendition> {
  const encoder = toEncoder(
    output.format === "jpeg" ? operation.flatten({ background: preset.background }) : operation,
    output,
    animation,
  );
  const { data, info } = await runOperation(encoder, budget);
  provePrivate(data, output.format, { keepsProfile });
  return {
    preset: name,
    format: output.format,
    extension: output.format === "jpeg" ? "jpg" : output.format,
    contentType: `image/${output.format}`,
    width: info.width,
    height: info.pageHeight ?? info.height,
    pages: info.pages ?? 1,
    data,
    sha256: createHash("sha256").update(data).digest("hex"),
  };
}

function toEncoder(operation: Sharp, output: Output, animation: Header["animation"]): Sharp {
  const playing = animation && { delay: animation.delays, loop: animation.loop };
  switch (output.format) {
    case "webp":
      return operation.webp({ quality: output.quality, effort: output.effort, ...playing });
    case "jpeg": {
      const { quality, progressive, mozjpeg } = output;
      return operation.jpeg(mozjpeg ? { quality, mozjpeg } : { quality, progressive });
    }
    case "avif": {
      const { quality, effort, tune, chromaSubsampling } = output;
      return operation.avif({ quality, effort, tune, chromaSubsampling });
    }
    case "png":
      return operation.png({ palette: output.palette });
    case "gif":
      return operation.gif(playing);
  }
}
