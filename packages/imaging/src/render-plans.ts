import type { Limits } from "@image-pipeline/schema/config";
import { displayP3Profile, toDisplayP3, toSrgb } from "./convert-colour.ts";
import { type Decoded, decodeSource, isWideGamut } from "./decode-source.ts";
import type { EncodedRendition } from "./encode-rendition.ts";
import type { Header } from "./header.ts";
import type { Pixels } from "./pixels.ts";
import { animationOf, renderAnimation } from "./render-animation.ts";
import { renderStills } from "./render-stills.ts";
import type { RenditionPlan } from "./rendition-plan.ts";
import { area, type Size, scaleSize } from "./size.ts";
import type { TimeBudget } from "./time-budget.ts";

/** Enough for the facts, in pixels of the longer side, if no still rendition needs more. */
const LEAST_SIDE = 100;

export interface Rendering {
  source: Uint8Array;
  header: Header;
  limits: Limits;
  budget: TimeBudget;
  emit: (rendition: EncodedRendition) => void;
}

/**
 * Decodes the source once and renders every plan.
 *
 * @returns whether any pixel is transparent, and the smallest pixels that were made, in sRGB and never cropped, for the facts
 * @throws {ImageRejection} `CORRUPT_IMAGE`, `RENDER_TIMEOUT`
 */
export async function renderPlans(plans: readonly RenditionPlan[], rendering: Rendering) {
  const { source, header, emit } = rendering;
  const announce = (rendition: EncodedRendition, { scaled }: RenditionPlan) => {
    const isFullSize = area(scaled) >= area(header);
    emit(
      isFullSize && rendition.data.length > source.length
        ? { ...rendition, largerThanSource: true }
        : rendition,
    );
  };
  const stills = plans.filter((plan) => animationOf(plan, header) === "still");
  const decoded = await decodeSource(source, masterSize(header, stills), rendering);
  const smallest = await renderColours(decoded, stills, { ...rendering, emit: announce });
  for (const plan of plans.filter((one) => animationOf(one, header) === "playing")) {
    announce(await renderAnimation(source, plan, { ...rendering, first: decoded.pixels }), plan);
  }
  return { smallest, hasAlpha: header.pages > 1 ? header.hasAlpha : decoded.pixels.channels === 4 };
}

/** Returns the smallest size of the whole picture from which no rendition has to be enlarged; at most the picture's own. */
function masterSize(picture: Size, plans: readonly RenditionPlan[]): Size {
  const scales = plans.flatMap(({ scaled }) => [
    scaled.width / picture.width,
    scaled.height / picture.height,
  ]);
  const least = LEAST_SIDE / Math.max(picture.width, picture.height);
  return scaleSize(picture, Math.min(1, Math.max(least, ...scales)));
}

type ColourRendering = Omit<Rendering, "emit"> & {
  emit: (rendition: EncodedRendition, plan: RenditionPlan) => void;
};

/** Renders the plans that keep wide colours in Display P3, if the source's colours are wider than sRGB; all others in sRGB. */
async function renderColours(
  decoded: Decoded,
  plans: readonly RenditionPlan[],
  { header, budget, emit }: ColourRendering,
): Promise<Pixels> {
  const { pixels, profile } = decoded;
  if (!profile) return renderStills(pixels, plans, { profile, budget, emit });
  const isWide = ({ preset }: RenditionPlan) => preset.colourSpace === "p3" && isWideGamut(header);
  const wide = plans.filter(isWide);
  if (wide.length > 0) {
    const p3 = await displayP3Profile();
    await renderStills(await toDisplayP3(pixels, profile, budget), wide, { profile: p3, budget, emit });
  }
  const srgb = await toSrgb(pixels, profile, budget);
  return renderStills(
    srgb,
    plans.filter((plan) => !isWide(plan)),
    { profile: undefined, budget, emit },
  );
}
