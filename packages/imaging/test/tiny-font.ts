/** A letter of the tiny font: a filled rectangle on the base line, in thousandths of an em. */
interface Letter {
  width: number;
  height: number;
}

/** Letters by the character or the name of a form, in the order of their glyphs. */
const LETTERS = {
  notdef: { width: 0, height: 0 },
  " ": { width: 0, height: 0 },
  alef: { width: 400, height: 1200 },
  beh: { width: 400, height: 400 },
  initialBeh: { width: 400, height: 800 },
  finalBeh: { width: 400, height: 600 },
  ka: { width: 400, height: 400 },
  virama: { width: 400, height: 400 },
  ssa: { width: 400, height: 400 },
  kssa: { width: 400, height: 800 },
} as const satisfies Record<string, Letter>;
type Name = keyof typeof LETTERS;

const NAMES = Object.keys(LETTERS);
const ADVANCE = 500;
const CHARACTERS: [code: number, name: Name][] = [
  [0x20, " "],
  [0x0627, "alef"],
  [0x0628, "beh"],
  [0x0915, "ka"],
  [0x0937, "ssa"],
  [0x094d, "virama"],
];

const glyph = (name: Name) => NAMES.indexOf(name);
const u16 = (...values: number[]) => Buffer.from(values.flatMap((one) => [(one >> 8) & 255, one & 255]));
const u32 = (...values: number[]) => u16(...values.flatMap((one) => [one >>> 16, one & 0xffff]));
const tag = (name: string) => Buffer.from(name, "latin1");

/**
 * Returns a TrueType font of a few letters, with forms of an Arabic letter and a conjunct of Devanagari.
 *
 * @param wider the letters' width in the font, as a multiple
 */
export function tinyFont(wider = 1): Buffer {
  const outlines = Object.values<Letter>(LETTERS).map(({ width, height }) =>
    toOutline({ width: wider * width, height }),
  );
  const ends = [0];
  for (const outline of outlines) ends.push((ends.at(-1) ?? 0) + outline.length);
  return toFile({
    GSUB: substitutions(),
    cmap: Buffer.concat([
      u16(0, 1, 3, 10),
      u32(12),
      u16(12, 0),
      u32(16 + 12 * CHARACTERS.length, 0, CHARACTERS.length),
      ...CHARACTERS.map(([code, name]) => u32(code, code, glyph(name))),
    ]),
    glyf: Buffer.concat(outlines),
    head: Buffer.concat([
      u32(0x10000, 0x10000, 0, 0x5f0f3cf5),
      u16(0, 1000, 0, 0, 0, 0, 0, 0, 0, 0),
      u16(0, 0, 1000, 1200, 0, 8, 2, 1, 0),
    ]),
    hhea: Buffer.concat([
      u32(0x10000),
      u16(1200, 0, 0, wider * ADVANCE, 0, 0, 1000, 1, 0, 0, 0, 0, 0, 0, 0, NAMES.length),
    ]),
    hmtx: u16(...NAMES.flatMap(() => [wider * ADVANCE, 0])),
    loca: u32(...ends),
    maxp: Buffer.concat([u32(0x10000), u16(NAMES.length, 4, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0)]),
  });
}

function toOutline({ width, height }: Letter): Buffer {
  if (width === 0) return Buffer.of();
  const flags = Buffer.of(1, 1, 1, 1);
  const outline = [u16(1, 0, 0, width, height, 3, 0), flags, u16(0, 0, width, 0), u16(0, height, 0, -height)];
  return Buffer.concat(outline);
}

/** Returns the table with the forms: each feature has one lookup. */
function substitutions(): Buffer {
  const single = (from: Name, to: Name) =>
    lookup(1, Buffer.concat([u16(2, 8, 1, glyph(to)), u16(1, 1, glyph(from))]));
  const ligature = Buffer.concat([
    u16(1, 8, 1, 14),
    u16(1, 1, glyph("ka")),
    u16(1, 4, glyph("kssa"), 3, glyph("virama"), glyph("ssa")),
  ]);
  const lookups = [single("beh", "initialBeh"), single("beh", "finalBeh"), lookup(4, ligature)];
  const scripts = list([
    ["arab", script([0, 1])],
    ["dev2", script([2])],
  ]);
  const features = list([
    ["init", u16(0, 1, 0)],
    ["fina", u16(0, 1, 1)],
    ["akhn", u16(0, 1, 2)],
  ]);
  const lookupList = list(lookups.map((one) => ["", one]));
  const start = 10;
  const places = [start, start + scripts.length, start + scripts.length + features.length];
  return Buffer.concat([u16(1, 0, ...places), scripts, features, lookupList]);
}

const lookup = (type: number, subtable: Buffer) => Buffer.concat([u16(type, 0, 1, 8), subtable]);
const script = (features: number[]) =>
  Buffer.concat([u16(4, 0), u16(0, 0xffff, features.length, ...features)]);

/** Returns a count, the tag and place of each part, and the parts. */
function list(parts: [name: string, part: Buffer][]): Buffer {
  let at = 2 + parts.reduce((sum, [name]) => sum + name.length + 2, 0);
  const heads = parts.map(([name, part]) => {
    const head = Buffer.concat([tag(name), u16(at)]);
    at += part.length;
    return head;
  });
  return Buffer.concat([u16(parts.length), ...heads, ...parts.map(([, part]) => part)]);
}

function toFile(tables: Record<string, Buffer>): Buffer {
  const entries = Object.entries(tables);
  let at = 12 + 16 * entries.length;
  const places = entries.map(([name, table]) => {
    const place = Buffer.concat([tag(name), u32(0, at, table.length)]);
    at += table.length + padding(table).length;
    return place;
  });
  const contents = entries.flatMap(([, table]) => [table, padding(table)]);
  return Buffer.concat([u32(0x10000), u16(entries.length, 128, 3, 32), ...places, ...contents]);
}

const padding = (table: Buffer) => Buffer.alloc((4 - (table.length % 4)) % 4);
