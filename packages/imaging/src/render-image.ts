import { createHash } from "node:crypto";
import type { Facts } from "@image-pipeline/schema";
import type { Limits, Presets } from "@image-pipeline/schema/config";
import { checkBytes } from "./check-bytes.ts";
import { checkHeader } from "./check-header.ts";
import { isWideGamut } from "./decode-source.ts";
import { describePixels } from "./describe-pixels.ts";
import type { EncodedRendition } from "./encode-rendition.ts";
import { exifFacts } from "./exif-facts.ts";
import { ImageRejection } from "./image-rejection.ts";
import { leanPng } from "./lean-png.ts";
import { planRenditions } from "./plan-renditions.ts";
import { type Header, readHeader } from "./read-header.ts";
import { isAnimated } from "./render-animation.ts";
import { renderPlans } from "./render-plans.ts";
import type { Size } from "./size.ts";
import { sniffFormat } from "./sniff-format.ts";
import { type Clock, timeBudget } from "./time-budget.ts";
import { wholeGif } from "./whole-gif.ts";

/** libvips names some colour models together with their depth, which is a fact of its own here. */
const COLOUR_SPACES: Record<string, string> = { rgb16: "srgb", grey16: "b-w", labs: "lab", labq: "lab" };

/** What is done to a file before its decoder sees it. */
const PREPARE: Partial<Record<Facts["format"], (source: Uint8Array) => Uint8Array>> = {
  gif: wholeGif,
  png: leanPng,
};

/**
 * Renders every preset of a picture from one decode.
 *
 * @param presets where they depend on the picture, what they are for its size after orientation
 * @param emit called as soon as each rendition is encoded, so that its upload runs during the next encode
 * @returns the facts, once every rendition is emitted
 * @throws {ImageRejection} for anything that the picture itself causes; every other error is a bug
 */
export async function renderImage(
  source: Uint8Array,
  { presets, limits }: { presets: Presets | ((picture: Size) => Presets); limits: Limits },
  emit: (rendition: EncodedRendition) => void,
  clock: Clock = performance,
): Promise<Facts> {
  const budget = timeBudget(limits.maxRenderSeconds, clock);
  checkBytes(source.length, limits);
  const format = sniffFormat(source);
  const sha256 = createHash("sha256").update(source).digest("hex");
  const { picture, header } = await rejectWith({ format, sha256 }, async () => {
    const picture = PREPARE[format]?.(source) ?? source;
    return { picture, header: await readHeader(picture, format) };
  });
  const facts = { ...headerFacts(header, picture), sha256 };
  return rejectWith(facts, async () => {
    checkHeader(header, limits);
    const wanted = typeof presets === "function" ? presets(header) : presets;
    const plans = planRenditions(header, { presets: wanted, limits });
    const { smallest, hasAlpha } = await renderPlans(plans, {
      source: picture,
      header,
      limits,
      budget,
      emit,
    });
    return { ...facts, hasAlpha, ...(await describePixels(smallest, header, budget)) };
  });
}

/** Does the work; a rejection that it ends in carries the facts that are known by then. */
async function rejectWith<Result>(facts: Partial<Facts>, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof ImageRejection ? error.with(facts) : error;
  }
}

function headerFacts(header: Header, source: Uint8Array) {
  const { format, width, height, pages, hasAlpha, space, bitDepth, profile, exif } = header;
  return {
    ...{ format, width, height, pages, hasAlpha },
    ...(isAnimated(header) && { isAnimated: true as const }),
    colourSpace: COLOUR_SPACES[space] ?? space,
    ...(profile?.name && { colourProfile: profile.name }),
    ...(isWideGamut(header) && { isWideGamut: true as const }),
    ...(bitDepth && { bitDepth }),
    exif: exifFacts(format === "tiff" ? source : exif),
  };
}
