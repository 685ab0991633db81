import { openTagged } from "./convert-colour.ts";
import { type EncodedRendition, encodeRendition } from "./encode-rendition.ts";
import { encodeOnce } from "./equal-plans.ts";
import { placeFrame } from "./options/framing.ts";
import { finish, finishingSteps } from "./options/preset-options.ts";
import { open, type Pixels, type Pyramid, toPixels } from "./pixels.ts";
import { outcomeSize, type RenditionPlan } from "./rendition-plan.ts";
import type { TimeBudget } from "./time-budget.ts";

interface StillsContext {
  /** The profile of the pixels, for the files too; undefined for sRGB, whose files have none. */
  profile?: Buffer;
  budget: TimeBudget;
  emit: (rendition: EncodedRendition, plan: RenditionPlan) => void;
}

/** Renders plans that are sorted from the largest to the smallest, each from the pixels of the one before it. */
export async function renderStills(
  picture: Pyramid,
  plans: readonly RenditionPlan[],
  { profile, budget, emit }: StillsContext,
): Promise<void> {
  let finished: { plan: RenditionPlan; pixels: Pixels } | undefined;
  const once = encodeOnce();
  const encode = async (plan: RenditionPlan) => {
    const scaled = await picture.at(plan.scaled);
    if (!finished || !isSamePicture(finished.plan, plan))
      finished = { plan, pixels: await finishStill(scaled, plan, budget) };
    const { pixels } = finished;
    const operation = profile ? openTagged(pixels, profile).keepIccProfile() : open(pixels);
    return encodeRendition(operation, plan, { budget, keepsProfile: profile !== undefined });
  };
  for (const plan of plans) emit(await once(plan, () => encode(plan)), plan);
}

/** Returns true if two plans differ only in the format, so that their pixels are the same. */
function isSamePicture(a: RenditionPlan, b: RenditionPlan): boolean {
  const [x, y] = [outcomeSize(a), outcomeSize(b)];
  return a.name === b.name && x.width === y.width && x.height === y.height;
}

async function finishStill(scaled: Pixels, plan: RenditionPlan, budget: TimeBudget): Promise<Pixels> {
  const steps = await finishingSteps(plan, await placeFrame(scaled, plan, budget));
  if (steps.length === 0) return scaled;
  const finished = finish(open(scaled), steps);
  const hasAlpha = scaled.channels === 4 || plan.framing.kind === "pad";
  return toPixels(hasAlpha ? finished : finished.removeAlpha(), budget);
}
