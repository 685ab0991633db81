import { readIsoItems } from "../iso-items.ts";

/**
 * Returns the brands of an ISO base media file (ISO/IEC 14496-12, 4.3), the major one first, or none for any other file.
 *
 * @param head a file's first bytes, as Latin-1
 */
export function isoBrands(head: string): string[] {
  if (head.slice(4, 8) !== "ftyp") return [];
  const boxBytes = Buffer.from(head.slice(0, 4), "latin1").readUInt32BE();
  const [major, _version, ...compatible] =
    head.slice(8, Math.min(boxBytes, head.length)).match(/[\s\S]{4}/g) ?? [];
  return major === undefined ? [] : [major, ...compatible];
}

const AVIF_BRANDS = ["avif", "avis"];
const HEIF_BRANDS = ["heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs", "mif1", "msf1", "miaf"];

/**
 * Returns the format of a HEIF file: by its brands, or by the codec of its picture if they are general ones, as old encoders write.
 *
 * @returns undefined for any other file
 */
export function heifFormat(head: string, file: Uint8Array): "avif" | "heic" | undefined {
  const brands = isoBrands(head);
  if (brands.some((brand) => AVIF_BRANDS.includes(brand))) return "avif";
  if (!brands.some((brand) => HEIF_BRANDS.includes(brand))) return undefined;
  return codecOf(Buffer.from(file.buffer, file.byteOffset, file.byteLength)) === "av01" ? "avif" : "heic";
}

/** Returns the type of the primary item, or of the first tile of a grid. */
function codecOf(file: Buffer): string | undefined {
  const items = readIsoItems(file);
  const primary = items?.items.get(items.primary);
  if (primary?.type !== "grid") return primary?.type;
  const [tile = 0] = items?.referencesFrom(primary.id, "dimg") ?? [];
  return items?.items.get(tile)?.type;
}

/**
 * Returns the file with the brands of an AVIF that is one picture: libvips goes by the major brand alone, and its decoder takes a
 * file with a brand of sequences for one, although it has a first picture too.
 */
export function withAvifBrands(source: Uint8Array): Uint8Array {
  const file = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  const [major, ...others] = isoBrands(file.toString("latin1", 0, 4096));
  const isRight = major === "avif" && !others.some((brand) => SEQUENCES.has(brand));
  if (major === undefined || isRight) return source;
  const copy = Buffer.from(file);
  copy.write("avif", MAJOR_BRAND_AT, "latin1");
  for (const [index, brand] of others.entries())
    if (SEQUENCES.has(brand)) copy.write("avif", OTHER_BRANDS_AT + 4 * index, "latin1");
  return copy;
}

const MAJOR_BRAND_AT = 8;
const OTHER_BRANDS_AT = 16;
const SEQUENCES: ReadonlySet<string> = new Set(["avis", "msf1"]);
