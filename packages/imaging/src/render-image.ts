import { createHash } from "node:crypto";
import type { Limits, Presets } from "@image-pipeline/schema/config";
import type { Facts } from "@image-pipeline/schema/manifest";
import { checkBytes, checkHeader, heldFileBytes } from "./check-limits.ts";
import { isWideGamut } from "./decode-source.ts";
import type { EncodedRendition } from "./encode-rendition.ts";
import { exifFacts, tiffOf } from "./exif-facts.ts";
import { focusFacts } from "./focus.ts";
import { inputFormat } from "./formats/formats.ts";
import { type Header, isAnimated } from "./header.ts";
import { planRenditions } from "./plan-renditions.ts";
import { readHeader } from "./read-header.ts";
import { renderPlans } from "./render-plans.ts";
import { rightsFacts } from "./rights/rights-facts.ts";
import type { Rights } from "./rights/xmp.ts";
import type { Size } from "./size.ts";
import { sniffFormat } from "./sniff-format.ts";
import { type Clock, timeBudget } from "./time-budget.ts";
import { toRejection } from "./unexpected-error.ts";

/** libvips names some colour models together with their bit depth, which is a separate fact here. */
const COLOUR_SPACES: Record<string, string> = { rgb16: "srgb", grey16: "b-w", labs: "lab", labq: "lab" };

/**
 * Renders every preset of a picture from one decode.
 *
 * @param presets the presets, or a function of the picture's size after orientation
 * @param focus the text of the source's metadata `focus`: the point that `cover` crops keep
 * @param emit called as soon as each rendition is encoded, so that its upload runs during the next encode
 * @returns the facts, once every rendition is emitted
 * @throws {ImageRejection} for problems of the picture; any other error is `emit`'s, or one that `isOurs`
 */
export async function renderImage(
  source: Uint8Array,
  {
    presets,
    limits,
    focus,
  }: { presets: Presets | ((picture: Size) => Presets); limits: Limits; focus?: string | undefined },
  emit: (rendition: EncodedRendition) => void,
  clock: Clock = performance,
): Promise<Facts> {
  const budget = timeBudget(limits.maxRenderSeconds, clock);
  checkBytes(source.length, limits);
  const format = sniffFormat(source, limits.inputs);
  const sha256 = createHash("sha256").update(source).digest("hex");
  const { picture, header, facts } = await rejectWith({ format, sha256 }, async () => {
    const picture = inputFormat(format).prepare(source, limits);
    const header = await readHeader(picture, format, limits);
    const facts = { ...headerFacts(header, source), ...focusFacts(focus), sha256 };
    return { picture, header, facts: { ...facts, ...(await rightsOf(header, source)) } };
  });
  return rejectWith(facts, async () => {
    checkHeader(header, limits, heldFileBytes(source, picture));
    const wanted = typeof presets === "function" ? presets(header) : presets;
    const plans = planRenditions({ ...facts, natural: header.natural }, { presets: wanted, limits });
    const common = { limits, budget, emit: guarded(emit) };
    return { ...facts, ...(await renderPlans(plans, { ...common, source: picture, header })) };
  });
}

/** Does the work. Its errors become rejections, with the facts that are known so far. */
async function rejectWith<Result>(
  facts: Partial<Facts> & Pick<Facts, "format">,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof EmitError ? error.cause : toRejection(error, facts.format).with(facts);
  }
}

/** An error of the receiver of the renditions. */
class EmitError extends Error {}

function guarded(emit: (rendition: EncodedRendition) => void): typeof emit {
  return (rendition) => {
    try {
      emit(rendition);
    } catch (cause) {
      throw new EmitError("a rendition was not received", { cause });
    }
  };
}

function rightsOf({ format, exif }: Header, source: Uint8Array): Promise<Rights> {
  const tags = inputFormat(format).exif?.(source) ?? exif;
  return rightsFacts(source, format, tags && tiffOf(tags));
}

function headerFacts(header: Header, source: Uint8Array) {
  const { format, width, height, pages, hasAlpha, space, bitDepth, profile, hdr, exif } = header;
  return {
    ...{ format, width, height, hasAlpha },
    pages: inputFormat(format).pages?.(source) ?? pages,
    ...(isAnimated(header) && { isAnimated: true as const }),
    colourSpace: COLOUR_SPACES[space] ?? space,
    ...(profile?.name && { colourProfile: profile.name }),
    ...(isWideGamut(header) && { isWideGamut: true as const }),
    ...(hdr && { hdr: true as const }),
    ...(inputFormat(format).hasGainMap?.(source) && { hasGainMap: true as const }),
    ...(bitDepth && { bitDepth }),
    exif: exifFacts(inputFormat(format).exif?.(source) ?? exif),
  };
}
