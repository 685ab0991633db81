import { outcomeSize, type RenditionPlan } from "../rendition-plan.ts";
import type { Step } from "./option.ts";
import { watermarkOverlay } from "./watermark/watermark-overlay.ts";

/** Draws the watermark onto the framed picture, and onto each frame of an animation: the overlay is as large as a frame, and tiled. */
export function toWatermark(plan: RenditionPlan): Step | undefined {
  const { watermark } = plan.preset;
  if (!watermark) return undefined;
  const { data, width, height, channels } = watermarkOverlay(outcomeSize(plan), watermark);
  const overlay = { input: data, raw: { width, height, channels }, tile: true, gravity: "northwest" };
  return (picture) => picture.composite([overlay]);
}
