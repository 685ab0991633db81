import type { Preset } from "@image-pipeline/schema/config";
import type { Sharp } from "sharp";
import { open, type Pixels } from "./pixels.ts";
import type { RenditionPlan } from "./plan-renditions.ts";
import { runOperation } from "./run-operation.ts";
import type { Size } from "./size.ts";
import type { TimeBudget } from "./time-budget.ts";

/** The corner of the frame within the scaled picture when cropping, of the picture within the frame when padding. */
export interface Corner {
  left: number;
  top: number;
}

type Side = Exclude<Preset["position"], "entropy" | "attention">;

/** Where each position lies, as shares of the room there is. */
const SHARES: Record<Side, readonly [x: number, y: number]> = {
  centre: [0.5, 0.5],
  top: [0.5, 0],
  "right top": [1, 0],
  right: [1, 0.5],
  "right bottom": [1, 1],
  bottom: [0.5, 1],
  "left bottom": [0, 1],
  left: [0, 0.5],
  "left top": [0, 0],
};

/** Finds the frame's corner: by the position, or for `entropy` and `attention` by what the picture shows. */
export async function placeFrame(scaled: Pixels, plan: RenditionPlan, budget: TimeBudget): Promise<Corner> {
  const corner = knownCorner(plan);
  if (corner) return corner;
  const { info } = await runOperation(
    open(scaled)
      .resize({ ...outcomeSize(plan), fit: "cover", position: plan.preset.position })
      .raw(),
    budget,
  );
  return { left: -(info.cropOffsetLeft ?? 0), top: -(info.cropOffsetTop ?? 0) };
}

/** The frame's corner, as far as sizes tell; undefined where it depends on what the picture shows. */
export function knownCorner({ preset: { position }, framing, scaled }: RenditionPlan): Corner | undefined {
  if (framing.kind === "whole") return { left: 0, top: 0 };
  const room = {
    width: Math.abs(scaled.width - framing.frame.width),
    height: Math.abs(scaled.height - framing.frame.height),
  };
  if (position !== "entropy" && position !== "attention") return cornerOf(position, room);
  return framing.kind === "pad" || Math.max(room.width, room.height) === 0
    ? cornerOf("centre", room)
    : undefined;
}

/** Adds the crop or the padding to an operation whose outcome so far is the scaled picture, or several frames of it. */
export function applyFrame(
  operation: Sharp,
  { preset, framing, scaled }: RenditionPlan,
  { left, top }: Corner,
): Sharp {
  if (framing.kind === "whole") return operation;
  const { width, height } = framing.frame;
  if (framing.kind === "crop") return operation.extract({ left, top, width, height });
  const [right, bottom] = [width - scaled.width - left, height - scaled.height - top];
  return operation.extend({ left, top, right, bottom, background: preset.background });
}

/** The size of the outcome, in pixels of one frame. */
export function outcomeSize({ scaled, framing }: RenditionPlan): Size {
  return framing.kind === "whole" ? scaled : framing.frame;
}

/** The corner that a position means, in whole pixels of the room that is left over. */
export function cornerOf(position: Side, room: Size): Corner {
  const [x, y] = SHARES[position];
  return { left: Math.round(room.width * x), top: Math.round(room.height * y) };
}
