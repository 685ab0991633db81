import { gamutOf } from "./cicp-profile.ts";
import { toColumns } from "./display-profile.ts";
import { type HdrColours, HLG, PQ } from "./hdr-colours.ts";
import { SRGB_OF_XYZ, srgbValue } from "./matrix-to-srgb.ts";
import type { Pixels, Samples } from "./pixels.ts";

/** Luminances in candelas per square metre. Diffuse white is BT.2408's; the display is one of 1,000, as HLG assumes. */
const DIFFUSE_WHITE = 203;
const DISPLAY_PEAK = 1000;
const PQ_PEAK = 10_000;
/** Exponent of HLG's system gamma for that display (BT.2100, table 5). */
const HLG_GAMMA = 1.2;
/** Steps of light in tables. */
const STEPS = 1 << 14;

/**
 * Converts pixels in PQ or HLG to sRGB. The brightest channel of each is mapped by the curve of BT.2390 (section 5.4), and the
 * others in proportion, so that hues stay. The white of sRGB is twice diffuse white, like Chromium's: bright parts keep their details.
 *
 * @param pixels with 3 channels, or 4 with straight alpha
 */
export function hdrToSrgb(pixels: Samples, colours: HdrColours): Pixels {
  const { data, channels } = pixels;
  const white = whiteOf(colours);
  const light = lightTable(colours, { white, most: data instanceof Uint16Array ? 65_535 : 255 });
  const gains = gainTable(colours, white);
  const [red, green, blue] = toSrgbMatrix(colours.primaries);
  const brightness = colours.transfer === HLG ? brightnessOf(colours.primaries) : undefined;
  const values = Uint8Array.from({ length: STEPS + 1 }, (_, step) => srgbValue(step / STEPS));
  const toValue = (amount: number) => values[Math.round(STEPS * Math.min(1, Math.max(0, amount)))] ?? 0;
  const out = Buffer.allocUnsafe(data.length);
  const alphaShift = data instanceof Uint16Array ? 8 : 0;
  for (let at = 0; at < data.length; at += channels) {
    let [r, g, b] = [light[data[at] ?? 0] ?? 0, light[data[at + 1] ?? 0] ?? 0, light[data[at + 2] ?? 0] ?? 0];
    if (brightness) {
      const system = systemGain(brightness[0] * r + brightness[1] * g + brightness[2] * b, white);
      [r, g, b] = [r * system, g * system, b * system];
    }
    const gain = gains(Math.max(r, g, b));
    [r, g, b] = [r * gain, g * gain, b * gain];
    out[at] = toValue(red[0] * r + red[1] * g + red[2] * b);
    out[at + 1] = toValue(green[0] * r + green[1] * g + green[2] * b);
    out[at + 2] = toValue(blue[0] * r + blue[1] * g + blue[2] * b);
    if (channels === 4) out[at + 3] = (data[at + 3] ?? 0) >> alphaShift;
  }
  return { ...pixels, data: out };
}

function peakOf({ transfer, peak }: HdrColours): number {
  return transfer === PQ && peak ? Math.min(PQ_PEAK, peak) : DISPLAY_PEAK;
}

/** Returns the luminance that becomes white: twice diffuse white, or less for a picture whose peak is lower than the display's. */
function whiteOf(colours: HdrColours): number {
  const headroom = Math.min(DISPLAY_PEAK, peakOf(colours)) - DIFFUSE_WHITE;
  return DIFFUSE_WHITE * (1 + Math.max(0, headroom) / (DISPLAY_PEAK - DIFFUSE_WHITE));
}

/** Returns the light of every sample: of the display as a share of white for PQ, of the scene for HLG. */
function lightTable(
  { transfer }: HdrColours,
  { white, most }: { white: number; most: number },
): Float64Array {
  return Float64Array.from({ length: most + 1 }, (_, sample) =>
    transfer === PQ ? pqToLuminance(sample / most) / white : hlgToScene(sample / most),
  );
}

/** Returns the factor from the light of a scene to that of the display, by the scene's brightness (BT.2100, table 5). */
function systemGain(brightness: number, white: number): number {
  return brightness === 0 ? 0 : (DISPLAY_PEAK / white) * brightness ** (HLG_GAMMA - 1);
}

/** Returns a function of light, as a share of white, to the factor that the curve changes it by. */
function gainTable(colours: HdrColours, white: number): (light: number) => number {
  const peak = Math.max(peakOf(colours), white);
  const gains = Float64Array.from({ length: STEPS + 1 }, (_, step) => {
    const luminance = (peak * step) / STEPS;
    return luminance === 0 ? 1 : toneMapped(luminance, { peak, white }) / luminance;
  });
  const scale = (STEPS * white) / peak;
  return (light) => (light * scale < STEPS ? (gains[Math.round(light * scale)] ?? 1) : 1 / light);
}

/** The curve of BT.2390, section 5.4: the identity up to a knee, then a spline, in the values of PQ. */
function toneMapped(luminance: number, { peak, white }: { peak: number; white: number }): number {
  const range = luminanceToPq(peak);
  const most = luminanceToPq(white) / range;
  const knee = 1.5 * most - 0.5;
  const value = luminanceToPq(luminance) / range;
  if (value <= knee || knee >= 1) return luminance;
  const t = (value - knee) / (1 - knee);
  const spline =
    (2 * t ** 3 - 3 * t ** 2 + 1) * knee +
    (t ** 3 - 2 * t ** 2 + t) * (1 - knee) +
    (-2 * t ** 3 + 3 * t ** 2) * most;
  return pqToLuminance(spline * range);
}

/** Constants of PQ (BT.2100, table 4). */
const [M1, M2] = [2610 / 16_384, (2523 / 4096) * 128];
const [C1, C2, C3] = [3424 / 4096, (2413 / 4096) * 32, (2392 / 4096) * 32];

function pqToLuminance(value: number): number {
  const root = value ** (1 / M2);
  return PQ_PEAK * (Math.max(root - C1, 0) / (C2 - C3 * root)) ** (1 / M1);
}

function luminanceToPq(luminance: number): number {
  const root = (luminance / PQ_PEAK) ** M1;
  return ((C1 + C2 * root) / (1 + C3 * root)) ** M2;
}

/** Returns the light of a scene (BT.2100, table 5). */
function hlgToScene(value: number): number {
  return value <= 0.5 ? value ** 2 / 3 : (Math.exp((value - 0.55991073) / 0.17883277) + 0.28466892) / 12;
}

type Row = readonly [number, number, number];

/** Returns the matrix from the light of these primaries to that of sRGB's. */
function toSrgbMatrix(primaries: number): readonly [Row, Row, Row] {
  const columns = toColumns(gamutOf(primaries));
  const [red, green, blue] = SRGB_OF_XYZ.map((row) => toRow(columns.map((xyz) => dot(row, xyz))));
  return [red ?? NONE, green ?? NONE, blue ?? NONE];
}

/** Returns the shares of red, green and blue in brightness. */
function brightnessOf(primaries: number): Row {
  return toRow(toColumns(gamutOf(primaries)).map(([, y = 0]) => y));
}

const NONE: Row = [0, 0, 0];

function toRow([red = 0, green = 0, blue = 0]: readonly number[]): Row {
  return [red, green, blue];
}

function dot(row: Row, [x = 0, y = 0, z = 0]: readonly number[]): number {
  return row[0] * x + row[1] * y + row[2] * z;
}
