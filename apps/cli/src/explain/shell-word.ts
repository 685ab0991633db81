import { toPlainText } from "@image-pipeline/schema/plain-text";

/** Returns text that a shell takes as one word. */
export function toShellWord(text: string): string {
  const isPlain = /^[\w./@%+=:,-]+$/.test(text) && !text.startsWith("-");
  return isPlain ? text : `'${toPlainText(text).replaceAll("'", "'\\''")}'`;
}
