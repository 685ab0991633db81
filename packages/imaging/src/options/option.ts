import type { Preset } from "@image-pipeline/schema/config";
import type { Facts } from "@image-pipeline/schema/manifest";
import type { Sharp } from "sharp";
import type { RenditionPlan } from "../rendition-plan.ts";

/** The corner of the frame in the scaled picture when cropping, of the picture in the frame when padding. In pixels. */
export interface Corner {
  left: number;
  top: number;
}

/** Adds an operation on the scaled picture. An animation's frames are one above the other, each as large as the picture. */
export type Step = (picture: Sharp) => Sharp;

/** Effect of one option of a preset on a rendition. */
export interface PresetOption {
  /** Returns the operation of this option, for still pictures and animations alike; undefined if it has none for this plan. */
  finish?(plan: RenditionPlan, corner: Corner): Step | undefined | Promise<Step | undefined>;
  /**
   * Returns the part of the plan's hash that this option decides: equal for values that make the same file of this picture. By
   * default that is the option's value, so a new option always counts. It must return `{}` for a new option's default, if that changes no
   * pixels: otherwise every existing picture would be rendered again.
   */
  toHashed?(plan: RenditionPlan, facts: Facts): object;
}

/** One record for each option: an option without a record does not compile. */
export type PresetOptions = Record<keyof Preset, PresetOption>;
