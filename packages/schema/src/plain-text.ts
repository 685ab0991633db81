/**
 * Characters on which a terminal, a log viewer or a web page may act, or that nobody can see: controls (C0, C1, DEL), line
 * separators, zero-width and other invisible characters, overrides of the reading direction, lone surrogates.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
/** The invisible characters of an emoji such as a family or a coloured heart. */
const IN_EMOJI =
  /(?<=\p{Emoji})\ufe0f|(?<=\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier})?)\u200d(?=\p{Extended_Pictographic})/gu;

/** Limit for a text that a picture contains, such as the name of its camera, in UTF-16 units. */
export const MAX_FACT_CHARACTERS = 100;

/** Limit for a notice of copyright, or the names of a picture's creators, in UTF-16 units. */
export const MAX_RIGHTS_CHARACTERS = 250;

/** Replaces each unsafe character outside of emoji. */
function replaceUnsafe(text: string, replace: (character: string) => string): string {
  const kept = new Set([...text.matchAll(IN_EMOJI)].map(({ index }) => index));
  return text.replace(UNSAFE, (character, index: number) =>
    kept.has(index) ? character : replace(character),
  );
}

/**
 * Returns text that fits into a line of a terminal or a log: characters that it must not act on are written out, such as
 * `\u{1b}`. Text that was escaped before stays as it is.
 */
export function toPlainText(text: string): string {
  return replaceUnsafe(text, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/**
 * Returns text of several lines, such as an error with its details, that cannot imitate lines of ours: every line but the
 * first is indented.
 */
export function toPlainLines(text: string): string[] {
  const [first = "", ...others] = text.split(/\r?\n/).map(toPlainText);
  return [first, ...others.map((line) => (line === "" || line.startsWith(" ") ? line : `  ${line}`))];
}

/** A stream of a process. */
export interface LineSink {
  write(text: string): unknown;
}

/** Writes lines to a terminal or a log. Every command writes through this function, which lets no text act on the reader. */
export function writeLines(stream: LineSink, lines: string | readonly string[]): void {
  stream.write(
    [lines]
      .flat()
      .map((line) => `${toPlainText(line)}\n`)
      .join(""),
  );
}

/** Returns a value as one line of JSON with the same meaning, whose unsafe characters are written as `\u001b`. */
export function toJsonLine(value: unknown): string {
  return toSafeJson(JSON.stringify(value));
}

/** Returns lines of JSON with the same meaning, whose unsafe characters are written as `\u001b`. */
export function toSafeJson(lines: string): string {
  return replaceUnsafe(lines, (character) =>
    character === "\n" ? character : character.split("").map(toUnicodeEscape).join(""),
  );
}

function toUnicodeEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/**
 * Returns text as it may be kept in a document that others read: without unsafe characters, each of which becomes a space,
 * without spaces at its ends or in a row, and of at most this many UTF-16 units.
 */
export function toCleanText(text: string, maxCharacters: number): string {
  const clean = replaceUnsafe(text, () => " ")
    .replace(/ {2,}/g, " ")
    .trim();
  return clean
    .slice(0, maxCharacters)
    .replace(/\p{Cs}$/u, "")
    .trimEnd();
}
