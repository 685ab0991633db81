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

/** Returns whether the brands are an AVIF's; many AVIF files have the general image brand `mif1` too. */
export function isAvif(brands: readonly string[]): boolean {
  return brands.includes("avif") || brands.includes("avis");
}

const HEIF_BRANDS = ["heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs", "mif1", "msf1"];

/** Returns whether the brands are those of HEIF, whose pictures are mostly HEVC. */
export function isHeif(brands: readonly string[]): boolean {
  return brands.some((brand) => HEIF_BRANDS.includes(brand));
}
