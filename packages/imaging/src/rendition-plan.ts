import type { Output, Preset } from "@image-pipeline/schema/config";
import type { Facts } from "@image-pipeline/schema/manifest";
import type { Rights } from "./rights/xmp.ts";
import type { Size } from "./size.ts";

/** Framing of the scaled picture: none, a crop, or a padding. */
export type Framing = { kind: "whole" } | { kind: "crop" | "pad"; frame: Size };

/** One rendition to make: the whole picture scaled, then cropped or padded to its frame. */
export interface RenditionPlan {
  name: string;
  preset: Preset;
  output: Output;
  scaled: Size;
  framing: Framing;
  /** The point that a crop keeps near its centre. */
  focus: Facts["focus"];
  /** The rights that its files keep; undefined for none. */
  kept: Rights | undefined;
}

/** Returns the rendition's size, in pixels of one frame. */
export function outcomeSize({ scaled, framing }: RenditionPlan): Size {
  return framing.kind === "whole" ? scaled : framing.frame;
}

/** Returns the frames of a source that an output gets: the first, all, or none of a still picture. */
export function framesOf(output: Output, isAnimated: boolean): "first" | "all" | "none" {
  const wish = "animated" in output ? output.animated : "first-frame";
  if (wish === "first-frame") return "first";
  return isAnimated ? "all" : wish === "only" ? "none" : "first";
}
