import { type Limits, maxFramePixels } from "@image-pipeline/schema/config";
import { sharp } from "./engine.ts";
import { inputFormat } from "./formats/formats.ts";
import { decodeFourChannels } from "./fourth-channel.ts";
import { hdrToSrgb } from "./hdr.ts";
import type { Header } from "./header.ts";
import { decodeHeic } from "./heic/decode-heic.ts";
import type { IccProfile } from "./icc-profile.ts";
import { srgbTables } from "./matrix-to-srgb.ts";
import { open, type Pixels, resize, toPixels, toSamples } from "./pixels.ts";
import type { Size } from "./size.ts";
import { unsupported } from "./sniff-format.ts";
import { drawSvg } from "./svg/draw-svg.ts";
import type { TimeBudget } from "./time-budget.ts";
import { decodingRejection } from "./unexpected-error.ts";

/** Pixels of a picture, upright, and the colour profile that is not yet applied to them, if any. */
export interface Decoded {
  pixels: Pixels;
  profile: IccProfile | undefined;
}

interface DecodingContext {
  header: Header;
  limits: Limits;
  budget: TimeBudget;
}

/** Channels of red, green, blue and alpha. libvips hands further ones through, such as the infrared of a camera on a drone. */
const MOST_CHANNELS = 4;

/**
 * Decoders of formats that libvips does not decode: their pixels are upright, at the size or larger, and in sRGB if they are given the
 * tables of a profile.
 */
const OWN_DECODERS: Partial<Record<Header["format"], typeof decodeHeic>> = {
  heic: decodeHeic,
  svg: drawSvg,
};

/**
 * Decodes the first frame at a size, shrunk during decoding if the format allows it. An RGB profile is applied later:
 * converting the few remaining pixels costs a fraction of converting all of them.
 *
 * @param keepsProfile whether the pixels are wanted in the picture's own colours, even if the decoder can convert them on the way
 * @throws {ImageRejection} `CORRUPT_IMAGE`, `RENDER_TIMEOUT`
 */
export async function decodeSource(
  source: Uint8Array,
  size: Size,
  { header, limits, budget, keepsProfile }: DecodingContext & { keepsProfile: boolean },
): Promise<Decoded> {
  const { ignoreIcc, colourSpace, pending } = colourPlan(header);
  const own = OWN_DECODERS[header.format];
  if (own) {
    const tables = keepsProfile ? undefined : pending?.matrix && srgbTables(pending.matrix);
    const decoded = await resize(await own(source, size, { limits, budget, tables }), size, budget);
    const pixels = header.hdr ? hdrToSrgb(decoded, header.hdr) : decoded;
    return { pixels, profile: tables ? undefined : pending };
  }
  const opened = (file: Uint8Array) =>
    sharp(file, {
      failOn: inputFormat(header.format).failOn?.(header) ?? "warning",
      limitInputPixels: maxFramePixels(limits, header.format),
      autoOrient: true,
      ignoreIcc,
    }).toColourspace(colourSpace);
  const decode = async (file: Uint8Array) => {
    const { hdr, fourthChannel } = header;
    // A resize takes a fourth channel for straight alpha.
    if (fourthChannel)
      return resize(await decodeFourChannels(fourthChannel, { file, opened, budget }), size, budget);
    const operation = opened(file).resize({ ...size, fit: "fill" });
    return hdr ? hdrToSrgb(await toSamples(operation, budget), hdr) : toPixels(operation, budget);
  };
  const pixels = await decodePixels(source, decode, header);
  if (pixels.channels > MOST_CHANNELS)
    throw unsupported(`A ${header.format} picture of ${pixels.channels} channels`);
  const visible = isOpaque(pixels) ? await toPixels(open(pixels).removeAlpha(), budget) : pixels;
  return { pixels: pending?.model === "GRAY" ? toGrey(visible) : visible, profile: pending };
}

/** Returns grey pixels, of three equal channels, in one channel, as their profile takes them. */
function toGrey({ data, width, height, channels }: Pixels): Pixels {
  if (channels < 3) return { data, width, height, channels };
  const kept = channels === 4 ? 2 : 1;
  const grey = Buffer.alloc(kept * width * height);
  for (let from = 0, to = 0; from < data.length; from += channels, to += kept) {
    grey[to] = data[from] ?? 0;
    if (kept === 2) grey[to + 1] = data[from + 3] ?? 0;
  }
  return { data: grey, width, height, channels: kept };
}

/**
 * Decodes a file; if the decoder refuses it, its repaired form.
 *
 * @throws {ImageRejection} `CORRUPT_IMAGE`, `UNSUPPORTED_FORMAT`, `RENDER_TIMEOUT`
 */
async function decodePixels(
  source: Uint8Array,
  decode: (file: Uint8Array) => Promise<Pixels>,
  header: Header,
): Promise<Pixels> {
  try {
    return await decode(source);
  } catch (error) {
    const rejection = decodingRejection(error, header.format, "is damaged or cut short");
    if (rejection.reason !== "CORRUPT_IMAGE") throw rejection;
    const repaired = await inputFormat(header.format).repair?.(source);
    if (!repaired) throw rejection;
    return decode(repaired).catch(() => {
      throw rejection;
    });
  }
}

/** Returns whether the decoder applies the profile, or leaves it for later. */
function colourPlan(header: Header) {
  const { profile, space, hdr, hasAlpha } = header;
  if (hdr) return { ignoreIcc: true, colourSpace: "rgb16", pending: undefined };
  if (isRgb(header))
    return { ignoreIcc: true, colourSpace: "srgb", pending: isWideGamut(header) ? profile : undefined };
  if ((space === "grey16" || space === "b-w") && profile?.model === "GRAY") {
    // As grey, sharp returns no alpha.
    return { ignoreIcc: true, colourSpace: hasAlpha ? "srgb" : "b-w", pending: profile };
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
