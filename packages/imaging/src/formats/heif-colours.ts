import { type IsoItems, type Property, readIsoItems } from "../iso-items.ts";
import { coloursOf, type StoredColours } from "../stored-colours.ts";

/** Returns the colours of an AVIF's picture: of its ICC profile, or else of its codes. */
export function avifColours(
  source: Uint8Array,
  { icc, isGrey }: { icc: Buffer | undefined; isGrey: boolean },
): StoredColours {
  if (icc) return { icc };
  const properties = pictureProperties(toItems(source));
  const nclx = properties.find(({ type, body }) => type === "colr" && isNclx(body))?.body;
  if (!nclx) return { icc };
  const codes = { primaries: nclx.readUInt16BE(4), transfer: nclx.readUInt16BE(6) };
  return coloursOf(codes, { peak: peakOf(properties), isGrey });
}

function isNclx(body: Buffer): boolean {
  return body.length >= 10 && body.toString("latin1", 0, 4) === "nclx";
}

/** Returns the brightest pixel in candelas per square metre (`clli`: ISO/IEC 14496-12, 12.1.6). */
export function peakOf(properties: readonly Property[]): number | undefined {
  const body = properties.find(({ type }) => type === "clli")?.body;
  const peak = body && body.length >= 4 ? body.readUInt16BE() : 0;
  return peak > 0 ? peak : undefined;
}

/** Returns the properties of the primary item; of a grid, those of its first tile too. */
function pictureProperties(items: IsoItems | undefined): readonly Property[] {
  const primary = items?.items.get(items.primary);
  if (!items || !primary) return [];
  const [tile] = primary.type === "grid" ? items.referencesFrom(primary.id, "dimg") : [];
  return [...primary.properties, ...((tile !== undefined && items.items.get(tile)?.properties) || [])];
}

/** Returns true if the colours are stored multiplied by alpha (ISO/IEC 23000-22, 7.3.5.2). */
export function isPremultiplied(source: Uint8Array): boolean {
  const items = toItems(source);
  return items !== undefined && items.referencesFrom(items.primary, "prem").length > 0;
}

/** The gain map of a picture (ISO 21496-1), and the older one of Apple's phones. */
const TONE_MAP = "tmap";
const APPLE_GAIN_MAP = "urn:com:apple:photo:2020:aux:hdrgainmap";

/** Returns true for a HEIF file with a gain map beside its picture. */
export function hasHeifGainMap(source: Uint8Array): boolean {
  return [...(toItems(source)?.items.values() ?? [])].some(
    ({ type, properties }) =>
      type === TONE_MAP ||
      properties.some((one) => one.type === "auxC" && one.body.includes(APPLE_GAIN_MAP, 0, "latin1")),
  );
}

function toItems(source: Uint8Array): IsoItems | undefined {
  return readIsoItems(Buffer.from(source.buffer, source.byteOffset, source.byteLength));
}
