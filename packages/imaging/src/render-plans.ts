import type { Limits } from "@image-pipeline/schema/config";
import type { Facts } from "@image-pipeline/schema/manifest";
import { displayP3Profile, toDisplayP3, toSrgb } from "./convert-colour.ts";
import { decodeSource, isWideGamut } from "./decode-source.ts";
import { describePixels, type PixelFacts } from "./describe-pixels.ts";
import type { EncodedRendition } from "./encode-rendition.ts";
import { encodeOnce } from "./equal-plans.ts";
import { inputFormat } from "./formats/formats.ts";
import { fullSize } from "./full-size.ts";
import { type Header, isAnimated } from "./header.ts";
import { isGraphic } from "./is-graphic.ts";
import { type Pixels, pyramid, release } from "./pixels.ts";
import { renderAnimation } from "./render-animation.ts";
import { renderStills } from "./render-stills.ts";
import { framesOf, type RenditionPlan } from "./rendition-plan.ts";
import { type Character, settlePlan } from "./settle-plan.ts";
import { area, type Size, scaleSize } from "./size.ts";
import type { TimeBudget } from "./time-budget.ts";
import { vanishesOnWhite } from "./vanishes-on-white.ts";

/** Enough for the facts, in pixels of the longer side, if no still rendition needs more. */
const LEAST_SIDE = 100;

interface PlansContext {
  source: Uint8Array;
  header: Header;
  limits: Limits;
  budget: TimeBudget;
  emit: (rendition: EncodedRendition) => void;
}

/**
 * Decodes the source once and renders every plan.
 *
 * @returns the facts that its pixels show
 * @throws {ImageRejection} `CORRUPT_IMAGE`, `RENDER_TIMEOUT`
 */
export async function renderPlans(
  planned: readonly RenditionPlan[],
  context: PlansContext,
): Promise<PixelFacts & Character & Pick<Facts, "hasAlpha">> {
  const { source, header, limits, budget } = context;
  const isOf = (frames: "first" | "all") => (plan: RenditionPlan) =>
    framesOf(plan.output, isAnimated(header)) === frames;
  const isWide = ({ preset }: RenditionPlan) => preset.colourSpace === "p3" && isWideGamut(header);
  const { pixels, profile } = await decodeSource(
    source,
    masterSize(fullSize(header, limits), planned.filter(isOf("first"))),
    { ...context, keepsProfile: planned.some(isWide) },
  );
  const character = characterOf(pixels, header);
  const plans = planned.map((plan) => settlePlan(plan, character));
  const stills = plans.filter(isOf("first"));
  const emit = toEmit(context);

  const wide = stills.filter(isWide);
  if (profile && wide.length > 0) {
    const displayP3 = pyramid(await toDisplayP3(pixels, profile, budget), budget);
    await renderStills(displayP3, wide, { profile: await displayP3Profile(), budget, emit });
  }
  const full = profile ? await toSrgb(pixels, profile, budget) : pixels;
  const srgb = pyramid(full, budget);
  const rest = stills.filter((plan) => !isWide(plan));
  await renderStills(srgb, rest, { budget, emit });
  const once = encodeOnce();
  for (const plan of plans.filter(isOf("all")))
    emit(await once(plan, () => renderAnimation(source, plan, { ...context, first: pixels })), plan);
  const hasAlpha = header.pages > 1 ? header.hasAlpha : pixels.channels === 4;
  const described = await describePixels(srgb.latest, header, budget);
  for (const { data } of [pixels, full]) release(data);
  return { ...described, ...character, hasAlpha };
}

/** Returns the facts that decide what `auto` means, from the pixels that every rendition is made of. */
function characterOf(pixels: Pixels, { format }: Header): Character {
  return {
    ...((inputFormat(format).isVector || isGraphic(pixels)) && { isGraphic: true }),
    ...(vanishesOnWhite(pixels) && { vanishesOnWhite: true }),
  };
}

/** Returns a function that emits a rendition, marked if it has the source's full size and more bytes. */
function toEmit({ source, header, emit }: PlansContext) {
  return (rendition: EncodedRendition, { scaled }: RenditionPlan) => {
    const isLarger =
      !inputFormat(header.format).isVector &&
      area(scaled) >= area(header) &&
      rendition.data.length > source.length;
    emit(isLarger ? { ...rendition, largerThanSource: true } : rendition);
  };
}

/** Returns the smallest size of the whole picture from which no rendition is enlarged; never more than the source's. */
function masterSize(picture: Size, plans: readonly RenditionPlan[]): Size {
  const scales = plans.flatMap(({ scaled }) => [
    scaled.width / picture.width,
    scaled.height / picture.height,
  ]);
  const least = LEAST_SIDE / Math.max(picture.width, picture.height);
  return scaleSize(picture, Math.min(1, Math.max(least, ...scales)));
}
