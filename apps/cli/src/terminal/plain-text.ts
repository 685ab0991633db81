/** Text with control characters written out: a key can hold anything, and a terminal must not act on it. */
export function toPlainText(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}
