import { D65, displayProfile, type Gamut, greyProfile, type ParametricCurve } from "./display-profile.ts";

/** Codes of ITU-T H.273 for a picture's primaries and its transfer function. */
export interface ColourCodes {
  primaries: number;
  transfer: number;
}

const ILLUMINANT_C = [0.31, 0.316] as const;
/** Colours of red and blue without any brightness: their chromaticities are divided by it. */
const NEARLY_0 = 1e-6;
const BT601 = gamut("BT.601", [0.63, 0.34], [0.31, 0.595], [0.155, 0.07]);

/** The colours of each code of primaries (ITU-T H.273, table 2). */
const GAMUTS: Record<number, Gamut & { name: string }> = {
  1: gamut("BT.709", [0.64, 0.33], [0.3, 0.6], [0.15, 0.06]),
  4: { ...gamut("BT.470 M", [0.67, 0.33], [0.21, 0.71], [0.14, 0.08]), white: ILLUMINANT_C },
  5: gamut("BT.470 BG", [0.64, 0.33], [0.29, 0.6], [0.15, 0.06]),
  6: BT601,
  7: { ...BT601, name: "SMPTE 240M" },
  8: { ...gamut("Film", [0.681, 0.319], [0.243, 0.692], [0.145, 0.049]), white: ILLUMINANT_C },
  9: gamut("BT.2020", [0.708, 0.292], [0.17, 0.797], [0.131, 0.046]),
  10: { ...gamut("XYZ", [1, NEARLY_0], [0, 1], [0, NEARLY_0]), white: [1 / 3, 1 / 3] },
  11: { ...gamut("DCI-P3", [0.68, 0.32], [0.265, 0.69], [0.15, 0.06]), white: [0.314, 0.351] },
  12: gamut("Display P3", [0.68, 0.32], [0.265, 0.69], [0.15, 0.06]),
  22: gamut("EBU 3213", [0.63, 0.34], [0.295, 0.605], [0.155, 0.077]),
};

function gamut(name: string, ...primaries: Gamut["primaries"]): Gamut & { name: string } {
  return { name, primaries, white: D65 };
}

/** Returns the colours of a code; those of BT.709 for an unspecified or unknown one, as browsers do. */
export function gamutOf(primaries: number): Gamut & { name: string } {
  return GAMUTS[primaries] ?? gamut("BT.709", [0.64, 0.33], [0.3, 0.6], [0.15, 0.06]);
}

/** The curve of sRGB (IEC 61966-2-1). */
const SRGB_CURVE: ParametricCurve = { type: 3, values: [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045] };
/** Curves by the code of the transfer function (ITU-T H.273, table 3). */
const CURVES: Record<number, ParametricCurve> = {
  4: power(2.2),
  5: power(2.8),
  7: { type: 3, values: [1 / 0.45, 1 / 1.1115, 0.1115 / 1.1115, 1 / 4, 0.0913] },
  8: power(1),
  17: { type: 1, values: [2.6, (52.37 / 48) ** (1 / 2.6), 0] },
};
const VIDEO: ReadonlySet<number> = new Set([1, 6, 11, 12, 14, 15]);

/** Returns the curve of an exponent. */
export function power(exponent: number): ParametricCurve {
  return { type: 0, values: [exponent] };
}

/**
 * Returns an ICC profile of the colours that codes of ITU-T H.273 name, so that they take the same way as every profile.
 *
 * @param videoCurve the curve of the codes of video: Chromium takes it for sRGB's in AVIF and HEIC (the default), and for that of
 *   a studio monitor (BT.1886) in PNG
 * @returns undefined for sRGB, and for codes that are unspecified or unknown, which are taken for sRGB too
 */
export function cicpProfile(
  { primaries, transfer }: ColourCodes,
  { videoCurve = SRGB_CURVE, isGrey = false }: { videoCurve?: ParametricCurve; isGrey?: boolean } = {},
): Buffer | undefined {
  const curve = CURVES[transfer] ?? (VIDEO.has(transfer) ? videoCurve : SRGB_CURVE);
  const { name, ...colours } = gamutOf(primaries);
  if (curve === SRGB_CURVE && (isGrey || primaries === 1 || GAMUTS[primaries] === undefined))
    return undefined;
  const title = `${name}, transfer ${transfer}`;
  return isGrey
    ? greyProfile(title, curve)
    : displayProfile(curve === SRGB_CURVE ? name : title, colours, curve);
}
