import type { Preset } from "@image-pipeline/schema/config";
import { open, type Pixels } from "../pixels.ts";
import { outcomeSize, type RenditionPlan } from "../rendition-plan.ts";
import { runOperation } from "../run-operation.ts";
import type { Size } from "../size.ts";
import type { TimeBudget } from "../time-budget.ts";
import type { Corner, Step } from "./option.ts";

type Side = Exclude<Preset["position"], "entropy" | "attention">;

/** Each position, as shares of the free room. */
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

/** Finds the frame's corner: by the focus or the position, or for `entropy` and `attention` by the picture's content. */
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

/** Returns the frame's corner, or undefined if it depends on the picture's content. The picture's focus overrules the position. */
export function knownCorner({ preset, framing, scaled, focus }: RenditionPlan): Corner | undefined {
  const { position } = preset;
  if (framing.kind === "whole") return { left: 0, top: 0 };
  if (framing.kind === "crop" && focus) return cornerAround(focus, scaled, framing.frame);
  const room = {
    width: Math.abs(scaled.width - framing.frame.width),
    height: Math.abs(scaled.height - framing.frame.height),
  };
  if (position !== "entropy" && position !== "attention") return cornerOf(position, room);
  return framing.kind === "pad" || Math.max(room.width, room.height) === 0
    ? cornerOf("centre", room)
    : undefined;
}

/** Returns the corner of a frame with a point in its centre, or as near to it as the picture allows. */
function cornerAround({ x, y }: { x: number; y: number }, picture: Size, frame: Size): Corner {
  const clip = (corner: number, most: number) => Math.min(most, Math.max(0, Math.round(corner)));
  return {
    left: clip(x * picture.width - frame.width / 2, picture.width - frame.width),
    top: clip(y * picture.height - frame.height / 2, picture.height - frame.height),
  };
}

/** Crops or pads the scaled picture, or several frames of it. */
export function toFrame({ preset, framing, scaled }: RenditionPlan, { left, top }: Corner): Step | undefined {
  if (framing.kind === "whole") return undefined;
  const { width, height } = framing.frame;
  if (framing.kind === "crop") return (picture) => picture.extract({ left, top, width, height });
  const [right, bottom] = [width - scaled.width - left, height - scaled.height - top];
  return (picture) => picture.extend({ left, top, right, bottom, background: preset.background });
}

/** Returns the corner for a position, in whole pixels of the free room. */
export function cornerOf(position: Side, room: Size): Corner {
  const [x, y] = SHARES[position];
  return { left: Math.round(room.width * x), top: Math.round(room.height * y) };
}
