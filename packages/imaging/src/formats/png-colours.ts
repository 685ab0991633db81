import { gamutOf, power } from "../cicp-profile.ts";
import { type Chromaticity, displayProfile, type Gamut, greyProfile } from "../display-profile.ts";
import { coloursOf, type StoredColours } from "../stored-colours.ts";
import { pngChunks } from "./png-chunks.ts";

/** Gamma of a studio monitor (BT.1886), which Chromium applies to PNGs in the colours of video. */
const MONITOR_GAMMA = 2.4;
/** Gamma as encoders write it for sRGB. */
const GAMMA_OF_SRGB = 45_455;

/**
 * Returns the colours of a PNG: those of the first of cICP, iCCP, sRGB and gAMA that it has, of which cHRM completes the last
 * (w3.org/TR/png-3, section 4.3). Gamma alone that is near sRGB's means sRGB, and primaries alone mean nothing, as in Chromium.
 */
export function pngColours(
  source: Uint8Array,
  { icc, isGrey }: { icc: Buffer | undefined; isGrey: boolean },
): StoredColours {
  const chunks = colourChunks(Buffer.from(source.buffer, source.byteOffset, source.byteLength));
  const codes = chunks.get("cICP");
  if (codes && codes.length === 4)
    return coloursOf(
      { primaries: codes.readUInt8(0), transfer: codes.readUInt8(1) },
      { peak: peakOf(chunks.get("cLLI")), videoCurve: power(MONITOR_GAMMA), isGrey },
    );
  if (icc || chunks.has("sRGB")) return { icc };
  const gamma = chunks.get("gAMA");
  const stored = gamma?.length === 4 ? gamma.readUInt32BE() : 0;
  const primaries = readPrimaries(chunks.get("cHRM"));
  if (stored === 0 || (stored === GAMMA_OF_SRGB && (!primaries || isGrey))) return { icc };
  const curve = power(100_000 / stored);
  return {
    icc: isGrey
      ? greyProfile(`gamma ${stored}`, curve)
      : displayProfile(`gamma ${stored}`, primaries ?? gamutOf(1), curve),
  };
}

/** Returns the chunks before the pixels, where all declarations are. */
function colourChunks(file: Buffer): Map<string, Buffer> {
  const chunks = new Map<string, Buffer>();
  for (const { name, body } of pngChunks(file)) {
    if (name === "IDAT") break;
    if (!chunks.has(name)) chunks.set(name, body);
  }
  return chunks;
}

/** Returns the brightest pixel, which is stored in units of 0.0001 candelas per square metre. */
function peakOf(body: Buffer | undefined): number | undefined {
  const peak = body?.length === 8 ? body.readUInt32BE() / 10_000 : 0;
  return peak > 0 ? peak : undefined;
}

function readPrimaries(body: Buffer | undefined): Gamut | undefined {
  if (body?.length !== 32) return undefined;
  const [white, ...primaries] = [0, 8, 16, 24].map(
    (at): Chromaticity => [body.readUInt32BE(at) / 100_000, body.readUInt32BE(at + 4) / 100_000],
  );
  const isSound = white && [white, ...primaries].every(([x, y]) => x > 0 && y > 0 && x + y <= 1);
  return isSound ? { white, primaries } : undefined;
}
