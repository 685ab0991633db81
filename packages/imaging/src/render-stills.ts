import { openTagged } from "./convert-colour.ts";
import { type EncodedRendition, encodeRendition } from "./encode-rendition.ts";
import { applyFrame, outcomeSize, placeFrame } from "./frame-pixels.ts";
import { open, type Pixels, resize, toPixels } from "./pixels.ts";
import type { RenditionPlan } from "./plan-renditions.ts";
import type { TimeBudget } from "./time-budget.ts";
import { drawWatermark } from "./watermark/draw-watermark.ts";

interface Rendering {
  /** The profile that the pixels are in and the files shall carry; undefined for sRGB, which carries none. */
  profile: Buffer | undefined;
  budget: TimeBudget;
  emit: (rendition: EncodedRendition, plan: RenditionPlan) => void;
}

/**
 * Renders the plans, the largest first, each from the pixels of the one before it.
 *
 * @returns the smallest pixels of the whole picture on the way
 */
export async function renderStills(
  master: Pixels,
  plans: readonly RenditionPlan[],
  { profile, budget, emit }: Rendering,
): Promise<Pixels> {
  let scaled = master;
  let finished: { plan: RenditionPlan; pixels: Pixels } | undefined;
  for (const plan of plans) {
    const isWithin = plan.scaled.width <= scaled.width && plan.scaled.height <= scaled.height;
    scaled = await resize(isWithin ? scaled : master, plan.scaled, budget);
    if (!finished || !isSamePicture(finished.plan, plan))
      finished = { plan, pixels: await finish(scaled, plan, budget) };
    const { pixels } = finished;
    const operation = profile ? openTagged(pixels, profile).keepIccProfile() : open(pixels);
    emit(await encodeRendition(operation, plan, { budget, keepsProfile: profile !== undefined }), plan);
  }
  return scaled;
}

/** Whether two plans differ in nothing but the format: then the pixels are the same. */
function isSamePicture(a: RenditionPlan, b: RenditionPlan): boolean {
  const [x, y] = [outcomeSize(a), outcomeSize(b)];
  return a.preset === b.preset && x.width === y.width && x.height === y.height;
}

/** Crops or pads, and draws the watermark. */
async function finish(scaled: Pixels, plan: RenditionPlan, budget: TimeBudget): Promise<Pixels> {
  if (plan.framing.kind === "whole" && !plan.preset.watermark) return scaled;
  const corner = await placeFrame(scaled, plan, budget);
  const framed = applyFrame(open(scaled), plan, corner);
  const drawn = drawWatermark(framed, outcomeSize(plan), plan.preset.watermark);
  const hasAlpha = scaled.channels === 4 || plan.framing.kind === "pad";
  return toPixels(hasAlpha ? drawn : drawn.removeAlpha(), budget);
}
