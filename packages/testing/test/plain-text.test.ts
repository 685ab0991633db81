import {
  toCleanText,
  toJsonLine,
  toPlainLines,
  toPlainText,
  toSafeJson,
} from "@image-pipeline/schema/plain-text";
import { HOSTILE_ROWS, harmIn, ORDINARY_STRINGS } from "@image-pipeline/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const anyText = fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)) });

describe("toPlainText", () => {
  it.each(HOSTILE_ROWS)("leaves nothing of a text that %s", (_harm, text) => {
    expect(harmIn(toPlainText(text))).toEqual([]);
  });

  it.each(ORDINARY_STRINGS)("leaves %s as it is", (text) => {
    expect(toPlainText(text)).toBe(text);
  });

  it("writes out each character", () => {
    expect(toPlainText("a\u001b[2J\n\ud800")).toBe("a\\u{1b}[2J\\u{a}\\u{d800}");
  });

  it("escapes a joiner that joins no emoji", () => {
    expect(toPlainText("a\u200db 👩\u200db")).toBe("a\\u{200d}b 👩\\u{200d}b");
  });

  it("changes nothing the second time", () => {
    fc.assert(fc.property(anyText, (text) => toPlainText(toPlainText(text)) === toPlainText(text)));
  });
});

describe("toPlainLines", () => {
  it.each(HOSTILE_ROWS)("lets a text that %s start no line at the margin", (_harm, text) => {
    const [first = "", ...others] = toPlainLines(`failed: ${text}`);
    expect(first).toMatch(/^failed: /);
    for (const line of others) expect(line).toMatch(/^( |$)/);
    expect([first, ...others].flatMap(harmIn)).toEqual([]);
  });
});

describe("toJsonLine", () => {
  it.each(HOSTILE_ROWS)("keeps the meaning of a text that %s, in one harmless line", (_harm, text) => {
    const line = toJsonLine({ [text]: [text] });
    expect(JSON.parse(line)).toEqual({ [text]: [text] });
    expect(harmIn(line)).toEqual([]);
  });

  it("keeps the meaning of any text", () => {
    fc.assert(fc.property(anyText, (text) => JSON.parse(toJsonLine(text)) === text));
  });

  it("keeps the lines of a document", () => {
    const text = toSafeJson(JSON.stringify({ a: "\u009b" }, null, 2));
    expect(text).toBe('{\n  "a": "\\u009b"\n}');
  });
});

describe("toCleanText", () => {
  it.each(HOSTILE_ROWS)("leaves one bounded, harmless line of a text that %s", (_harm, text) => {
    const clean = toCleanText(text.repeat(20), 50);
    expect(harmIn(clean)).toEqual([]);
    expect(clean.length).toBeLessThanOrEqual(50);
  });

  it("cuts no character in two", () => {
    expect(toCleanText("ab😀", 3)).toBe("ab");
  });
});
