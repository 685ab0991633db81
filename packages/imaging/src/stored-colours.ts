import { type ColourCodes, cicpProfile } from "./cicp-profile.ts";
import { type HdrColours, isHdr } from "./hdr-colours.ts";

/** The colours that a file declares. */
export interface StoredColours {
  /** The ICC profile to apply: the file's own, or one of its other declarations. */
  icc: Buffer | undefined;
  hdr?: HdrColours | undefined;
}

/** Returns the colours of codes of ITU-T H.273. */
export function coloursOf(
  codes: ColourCodes,
  { peak, ...options }: { peak?: number | undefined } & NonNullable<Parameters<typeof cicpProfile>[1]> = {},
): StoredColours {
  return isHdr(codes) ? { icc: undefined, hdr: { ...codes, peak } } : { icc: cicpProfile(codes, options) };
}
