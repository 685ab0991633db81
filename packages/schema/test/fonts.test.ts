import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fileHash, withFileHashes } from "../src/config/config-files.ts";
import { problemOfFont } from "../src/config/fonts.ts";
import { definePipeline } from "../src/config.ts";

const folder = mkdtempSync(join(tmpdir(), "font-config-"));
const PLACE = "pipeline.config.ts: presets.small.watermark.font: fonts/some.ttf";
beforeAll(() => mkdirSync(join(folder, "fonts")));
afterAll(() => rmSync(folder, { recursive: true }));

const u16 = (...values: number[]) => Buffer.from(values.flatMap((one) => [one >> 8, one & 255]));
const u32 = (...values: number[]) => u16(...values.flatMap((one) => [one >>> 16, one & 0xffff]));

/** Subtables of `cmap` with A to C: format 4 by a distance, format 4 by a list of glyphs that lacks B, and format 12. */
const SUBTABLES = {
  distance: u16(4, 32, 0, 4, 0, 0, 0, 0x43, 0xffff, 0, 0x41, 0xffff, 0xffc0, 1, 0, 0),
  list: u16(4, 38, 0, 4, 0, 0, 0, 0x43, 0xffff, 0, 0x41, 0xffff, 0, 1, 4, 0, 1, 0, 2),
  groups: Buffer.concat([u16(12, 0), u32(40, 0, 2, 0x41, 0x43, 1, 0x1f600, 0x1f600, 4)]),
};

interface Parts {
  subtable?: Buffer;
  platform?: [number, number];
  outlines?: string;
  signature?: Buffer;
}

/** Returns a font whose only table with content is `cmap`. */
function font({
  subtable = SUBTABLES.groups,
  platform = [3, 10],
  outlines = "glyf",
  signature = u32(0x10000),
}: Parts = {}): Buffer {
  const cmap = Buffer.concat([u16(0, 1, ...platform), u32(12), subtable]);
  const names = ["cmap", outlines, "head", "hhea", "hmtx", "maxp"];
  const start = 12 + 16 * names.length;
  const entries = names.map((name) =>
    Buffer.concat([Buffer.from(name), u32(0, start, name === "cmap" ? cmap.length : 0)]),
  );
  return Buffer.concat([signature, u16(names.length, 0, 0, 0), ...entries, cmap]);
}

function load(file: Buffer | undefined, text = "CAB") {
  rmSync(join(folder, "fonts/some.ttf"), { force: true });
  if (file) writeFileSync(join(folder, "fonts/some.ttf"), file);
  const watermark = { text, font: "some.ttf" };
  const presets = { small: { width: 40, watermark, formats: ["webp" as const] } };
  return withFileHashes(definePipeline({ presets, environments: { staging: {} } }), folder);
}

it("sets the hash of a font's content, so that another content is another recipe", () => {
  const hashes = [font(), font({ outlines: "CFF " })].map(
    (file) => load(file).get("staging")?.presets.small?.watermark?.fontHash,
  );
  expect(hashes).toEqual([fileHash(font()), fileHash(font({ outlines: "CFF " }))]);
  expect(hashes[0]).not.toBe(hashes[1]);
});

it.each([
  ["that is missing", undefined, "is missing from the folder of the config"],
  ["for the web", font({ signature: Buffer.from("wOF2") }), "is not a TrueType or OpenType font"],
  ["that is a collection", font({ signature: Buffer.from("ttcf") }), "is not a TrueType or OpenType font"],
  ["that is empty", Buffer.of(), "is not a TrueType or OpenType font"],
  ["that is cut short", font().subarray(0, -1), "is damaged or cut short"],
  ["that is cut in its head", font().subarray(0, 30), "is damaged or cut short"],
  ["with a damaged table", font({ subtable: SUBTABLES.groups.subarray(0, 20) }), "is damaged or cut short"],
  ["of pictures", font({ outlines: "CBDT" }), "has no outlines of letters"],
  ["of symbols", font({ platform: [3, 0] }), "has no table of Unicode characters"],
  ["of too many bytes", Buffer.alloc(10_000_001), "has 10000001 bytes, more than 10000000"],
])("rejects a font %s in one line", (_, file, problem) => {
  expect(() => load(file)).toThrow(`${PLACE} ${problem}`);
});

it("names the characters that the font lacks, each once", () => {
  expect(() => load(font(), "ABBA \u{1f600} بب \u064e ©")).toThrow(
    `${PLACE} lacks characters of the text: ب (U+0628), U+064E, © (U+00A9)`,
  );
  const lower = "abcdefghijklmnopqrstuvwxyz";
  expect(() => load(font(), lower)).toThrow(/: a \(U\+0061\), .*, l \(U\+006C\) and 14 more$/);
});

describe("the characters of a font", () => {
  it.each([
    ["in segments with a distance", SUBTABLES.distance, "ABC", "D"],
    ["in segments with a list", SUBTABLES.list, "AC", "B"],
    ["in groups", SUBTABLES.groups, "ABC\u{1f600}", "D\u{1f601}"],
  ])("are found %s", (_, subtable, has, lacks) => {
    const file = font({ subtable, platform: [0, 3] });
    expect(problemOfFont(file, has)).toBeUndefined();
    for (const character of lacks) expect(problemOfFont(file, character)).toContain(`: ${character} (U+`);
  });

  it("need no joiners, marks of direction or spaces, which are not drawn", () => {
    expect(problemOfFont(font(), "A \u200dB\u200e\u00a0C\ufe0f")).toBeUndefined();
  });
});

it.each([
  [
    { text: "مرحبا" },
    "text: must be Latin text: letters, digits, punctuation and signs such as ©; other scripts",
  ],
  [{ text: "A\nB", font: "some.ttf" }, "text: must be one line of visible characters"],
  [{ text: " \u200d", font: "some.ttf" }, "text: must be one line of visible characters"],
  [{ text: "\ud800A", font: "some.ttf" }, "text: must be one line of visible characters"],
  [{ image: "logo.png", font: "some.ttf" }, "watermark: must have no font beside an image"],
  [{ font: "some.ttf" }, "must have either a text or an image"],
  [{ text: "A", font: "../some.ttf" }, "font: must be the name of a TTF or OTF file in the folder fonts"],
  [{ text: "A", font: "some.woff2" }, "font: must be the name of a TTF or OTF file in the folder fonts"],
])("rejects the watermark %j", (watermark, problem) => {
  const presets = { small: { width: 40, watermark, formats: ["webp" as const] } };
  expect(() => definePipeline({ presets, environments: { staging: {} } })).toThrow(problem);
});
