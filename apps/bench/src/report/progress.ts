import { toPlainText, writeLines } from "@image-pipeline/schema/plain-text";

/** Says what is going on, on stderr: one line that is written over in a terminal, and nothing elsewhere. */
export function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K${toPlainText(text)}`);
}

/** A remark that stays, such as a peer that is not installed. */
export function note(text: string): void {
  progress("");
  writeLines(process.stderr, text.split("\n"));
}
