import type { Output, Preset } from "@image-pipeline/schema/config";
import type { Size } from "./size.ts";

/** How a preset's frame is filled after the whole picture has been scaled. */
export type Framing = { kind: "whole" } | { kind: "crop" | "pad"; frame: Size };

/** One rendition to make: the whole picture scaled, then cropped or padded to its frame. */
export interface RenditionPlan {
  name: string;
  preset: Preset;
  output: Output;
  scaled: Size;
  framing: Framing;
}

/** Returns the rendition's size, in pixels of one frame. */
export function outcomeSize({ scaled, framing }: RenditionPlan): Size {
  return framing.kind === "whole" ? scaled : framing.frame;
}
