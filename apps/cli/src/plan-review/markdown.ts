import { toPlainText } from "@image-pipeline/schema/plain-text";

/**
 * Returns text as a code span, in which nothing is markup, a link or a mention, whatever it contains
 * (spec.commonmark.org/0.31.2/#code-spans).
 */
export function inCode(text: unknown): string {
  const plain = toPlainText(String(text));
  const fence = fenceFor([plain], 1);
  const padding = /^`|`$|^$/.test(plain) ? " " : "";
  return `${fence}${padding}${plain}${padding}${fence}`;
}

/** Returns text that is shown as it is, outside of code: without markup, links and mentions. */
export function asText(text: string): string {
  return toPlainText(text)
    .replaceAll(/[\\`*_[\]<>&~$|]|:(?=\/\/)|(?<=www)\./g, "\\$&")
    .replaceAll("@", "@<!-- -->");
}

/** Returns lines as a block of code that none of them can end. */
export function codeBlock(lines: readonly string[]): string[] {
  const plain = lines.map(toPlainText);
  const fence = fenceFor(plain, 3);
  return [fence, ...plain, fence];
}

/** Returns text as it may stand between two tags of HTML. */
export function asHtml(text: string): string {
  return toPlainText(text).replaceAll(/[&<>"'`@*_[\]\\]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Returns more backticks than any of the lines has in a row. */
function fenceFor(lines: readonly string[], least: number): string {
  const runs = lines.flatMap((line) => line.match(/`+/g) ?? []).map(({ length }) => length + 1);
  return "`".repeat(Math.max(least, ...runs));
}
