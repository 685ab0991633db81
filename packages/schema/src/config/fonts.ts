/** The first bytes of TrueType and OpenType fonts. */
const SIGNATURES = ["\x00\x01\x00\x00", "OTTO", "true"];
const DAMAGED = "is damaged or cut short";
/** Tables without which no text can be drawn. */
const NEEDED = ["cmap", "head", "hhea", "hmtx", "maxp"];
/** Tables of the letters' outlines, of which a font has one. */
const OUTLINES = ["glyf", "CFF ", "CFF2"];
/** The subtables of `cmap` that have Unicode's characters, by platform and encoding, the larger ones first. */
const UNICODE_SUBTABLES = ["3.10", "0.6", "0.4", "3.1", "0.3", "0.2", "0.1", "0.0"];
/** The most characters that an error lists. */
const MOST_LISTED = 12;

/** Finds a character's glyph in a subtable; 0 if the font lacks it. */
type GlyphOf = (subtable: Buffer, code: number) => number;

/** Returns the reason why a font cannot draw a text, or undefined if it has every character. */
export function problemOfFont(file: Buffer, text: string): string | undefined {
  if (!SIGNATURES.includes(file.toString("latin1", 0, 4))) return "is not a TrueType or OpenType font";
  try {
    const tables = readTables(file);
    if (!tables || NEEDED.some((name) => !tables.has(name))) return DAMAGED;
    if (!OUTLINES.some((name) => tables.has(name))) return "has no outlines of letters";
    const lacks = lackedCharacters(tables.get("cmap") ?? Buffer.of(), text);
    if (!lacks) return "has no table of Unicode characters";
    return lacks.length > 0 ? `lacks characters of the text: ${toList(lacks)}` : undefined;
  } catch (error) {
    if (error instanceof RangeError) return DAMAGED;
    throw error;
  }
}

/** Returns the tables by their names; undefined if one is not within the file. */
function readTables(file: Buffer): Map<string, Buffer> | undefined {
  const tables = new Map<string, Buffer>();
  for (let at = 12; at < 12 + 16 * file.readUInt16BE(4); at += 16) {
    const start = file.readUInt32BE(at + 8);
    const end = start + file.readUInt32BE(at + 12);
    if (end > file.length) return undefined;
    tables.set(file.toString("latin1", at, at + 4), file.subarray(start, end));
  }
  return tables;
}

/** Returns the characters that no subtable has, each once; undefined without a subtable that we can read. */
function lackedCharacters(cmap: Buffer, text: string): string[] | undefined {
  const subtables = new Map<string, { subtable: Buffer; glyphOf: GlyphOf }>();
  for (let at = 4; at < 4 + 8 * cmap.readUInt16BE(2); at += 8) {
    const subtable = cmap.subarray(cmap.readUInt32BE(at + 4));
    const glyphOf = FORMATS[subtable.readUInt16BE(0)];
    if (glyphOf)
      subtables.set(`${cmap.readUInt16BE(at)}.${cmap.readUInt16BE(at + 2)}`, { subtable, glyphOf });
  }
  const name = UNICODE_SUBTABLES.find((one) => subtables.has(one)) ?? "";
  const found = subtables.get(name);
  if (!found) return undefined;
  return [...new Set(text)].filter(
    (one) => isDrawn(one) && found.glyphOf(found.subtable, one.codePointAt(0) ?? 0) === 0,
  );
}

/** Returns false for a character that has no picture of its own, such as a joiner. */
function isDrawn(character: string): boolean {
  return !/[\p{Default_Ignorable_Code_Point}\p{Zs}]/u.test(character);
}

/** The formats of subtables that fonts with Unicode's characters have. */
const FORMATS: Partial<Record<number, GlyphOf>> = {
  4: (subtable, code) => {
    const segments = subtable.readUInt16BE(6);
    for (let at = 14; at < 14 + segments; at += 2) {
      if (code > subtable.readUInt16BE(at)) continue;
      const start = subtable.readUInt16BE(at + segments + 2);
      if (code < start) return 0;
      const delta = subtable.readUInt16BE(at + 2 * segments + 2);
      const place = at + 3 * segments + 2;
      const offset = subtable.readUInt16BE(place);
      const glyph = offset === 0 ? code : subtable.readUInt16BE(place + offset + 2 * (code - start));
      return glyph === 0 ? 0 : (glyph + delta) % 0x10000;
    }
    return 0;
  },
  12: (subtable, code) => {
    for (let at = 16; at < 16 + 12 * subtable.readUInt32BE(12); at += 12) {
      const start = subtable.readUInt32BE(at);
      if (code >= start && code <= subtable.readUInt32BE(at + 4))
        return subtable.readUInt32BE(at + 8) + code - start;
    }
    return 0;
  },
};

function toList(characters: readonly string[]): string {
  const listed = characters.slice(0, MOST_LISTED).map((character) => {
    const code = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
    return /\p{M}/u.test(character) ? code : `${character} (${code})`;
  });
  const more = characters.length - listed.length;
  return `${listed.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
