import { type Limits, maxFramePixels } from "@image-pipeline/schema/config";
import type { Sharp } from "sharp";
import { sharp } from "./engine.ts";
import { inputFormat } from "./formats/formats.ts";
import type { Header } from "./header.ts";
import { decodeHeic } from "./heic/decode-heic.ts";
import type { IccProfile } from "./icc-profile.ts";
import { open, type Pixels, resize, toPixels } from "./pixels.ts";
import type { Size } from "./size.ts";
import { unsupported } from "./sniff-format.ts";
import type { TimeBudget } from "./time-budget.ts";
import { decodingRejection } from "./unexpected-error.ts";

/** Pixels of a picture, upright, and the colour profile that is not yet applied to them, if any. */
export interface Decoded {
  pixels: Pixels;
  profile: IccProfile | undefined;
}

/** Channels of red, green, blue and alpha. libvips hands further ones through, such as the infrared of a camera on a drone. */
const MOST_CHANNELS = 4;

/** Decoders of formats that libvips does not decode: their pixels are upright, at the size or larger. */
const OWN_DECODERS: Partial<Record<Header["format"], typeof decodeHeic>> = { heic: decodeHeic };

/**
 * Decodes the first frame at a size, shrunk during decoding if the format allows it. An RGB profile is applied later:
 * converting the few remaining pixels costs a fraction of converting all of them.
 *
 * @throws {ImageRejection} `CORRUPT_IMAGE`, `RENDER_TIMEOUT`
 */
export async function decodeSource(
  source: Uint8Array,
  size: Size,
  { header, limits, budget }: { header: Header; limits: Limits; budget: TimeBudget },
): Promise<Decoded> {
  const { ignoreIcc, colourSpace, pending } = colourPlan(header);
  const own = OWN_DECODERS[header.format];
  if (own) {
    const decoded = await own(source, size, { limits, budget });
    return { pixels: await resize(decoded, size, budget), profile: pending };
  }
  const decode = (file: Uint8Array) =>
    sharp(file, {
      failOn: inputFormat(header.format).failOn?.(header) ?? "warning",
      limitInputPixels: maxFramePixels(limits, header.format),
      autoOrient: true,
      ignoreIcc,
    })
      .resize({ width: size.width, height: size.height, fit: "fill" })
      .toColourspace(colourSpace);
  const pixels = await decodePixels(source, decode, { header, budget });
  if (pixels.channels > MOST_CHANNELS)
    throw unsupported(`A ${header.format} picture of ${pixels.channels} channels`);
  return {
    pixels: isOpaque(pixels) ? await toPixels(open(pixels).removeAlpha(), budget) : pixels,
    profile: pending,
  };
}

/**
 * Decodes a file; if the decoder refuses it, its repaired form.
 *
 * @throws {ImageRejection} `CORRUPT_IMAGE`, `UNSUPPORTED_FORMAT`, `RENDER_TIMEOUT`
 */
async function decodePixels(
  source: Uint8Array,
  decode: (file: Uint8Array) => Sharp,
  { header, budget }: { header: Header; budget: TimeBudget },
): Promise<Pixels> {
  try {
    return await toPixels(decode(source), budget);
  } catch (error) {
    const rejection = decodingRejection(error, header.format, "is damaged or cut short");
    if (rejection.reason !== "CORRUPT_IMAGE") throw rejection;
    const repaired = await inputFormat(header.format).repair?.(source);
    if (!repaired) throw rejection;
    return toPixels(decode(repaired), budget).catch(() => {
      throw rejection;
    });
  }
}

/** Returns whether the decoder applies the profile, or leaves it for later: libvips skips profiles of 16-bit grey. */
function colourPlan(header: Header) {
  const { profile, space, hasAlpha } = header;
  if (isRgb(header))
    return { ignoreIcc: true, colourSpace: "srgb", pending: isWideGamut(header) ? profile : undefined };
  if (space === "grey16" && profile?.model === "GRAY" && !hasAlpha) {
    return { ignoreIcc: true, colourSpace: "b-w", pending: profile };
  }
  return { ignoreIcc: false, colourSpace: "srgb", pending: undefined };
}

/** Returns true if the picture's profile has other colours than sRGB. */
export function isWideGamut(header: Header): boolean {
  return isRgb(header) && header.profile?.model === "RGB" && !header.profile.isSrgb;
}

function isRgb({ space }: Header): boolean {
  return space === "srgb" || space === "rgb16";
}

/** Returns true for an alpha channel that is opaque everywhere: many encoders write one. */
function isOpaque({ data, channels }: Pixels): boolean {
  if (channels !== 4) return false;
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return false;
  return true;
}
