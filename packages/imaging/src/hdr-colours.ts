import type { ColourCodes } from "./cicp-profile.ts";

/** Colours in high dynamic range (ITU-R BT.2100). */
export interface HdrColours extends ColourCodes {
  /** The brightest pixel in candelas per square metre, if the file declares it. */
  peak: number | undefined;
}

/** Codes of the transfer functions of high dynamic range (ITU-T H.273, table 3). */
export const PQ = 16;
export const HLG = 18;

/** Returns true for codes of colours in high dynamic range. */
export function isHdr({ transfer }: ColourCodes): boolean {
  return transfer === PQ || transfer === HLG;
}
