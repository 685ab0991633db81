import { openTagged } from "./convert-colour.ts";
import { type EncodedRendition, encodeRendition } from "./encode-rendition.ts";
import { placeFrame } from "./options/framing.ts";
import { finishingSteps } from "./options/preset-options.ts";
import { open, type Pixels, resize, toPixels } from "./pixels.ts";
import { outcomeSize, type RenditionPlan } from "./rendition-plan.ts";
import type { TimeBudget } from "./time-budget.ts";

interface StillsOptions {
  /** The profile of the pixels, which the files get; undefined for sRGB, whose files get none. */
  profile: Buffer | undefined;
  budget: TimeBudget;
  emit: (rendition: EncodedRendition, plan: RenditionPlan) => void;
}

/**
 * Renders the plans, the largest first, each from the pixels of the one before it.
 *
 * @returns the smallest pixels made of the whole picture, from which the caller derives facts at no further cost
 */
export async function renderStills(
  master: Pixels,
  plans: readonly RenditionPlan[],
  { profile, budget, emit }: StillsOptions,
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

/** Returns whether two plans differ only in the format: then the pixels are the same. */
function isSamePicture(a: RenditionPlan, b: RenditionPlan): boolean {
  const [x, y] = [outcomeSize(a), outcomeSize(b)];
  return a.preset === b.preset && x.width === y.width && x.height === y.height;
}

/** Applies the preset's options to the scaled picture; without any, the pixels are used as they are. */
async function finish(scaled: Pixels, plan: RenditionPlan, budget: TimeBudget): Promise<Pixels> {
  const steps = finishingSteps(plan, await placeFrame(scaled, plan, budget));
  if (steps.length === 0) return scaled;
  const finished = steps.reduce((picture, step) => step(picture), open(scaled));
  const hasAlpha = scaled.channels === 4 || plan.framing.kind === "pad";
  return toPixels(hasAlpha ? finished : finished.removeAlpha(), budget);
}
