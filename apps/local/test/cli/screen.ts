import { PassThrough } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { onTestFinished, vi } from "vitest";
import type { Screen } from "../../src/cli/terminal.ts";

/** A stream whose output can be read; with columns, it is a terminal. */
export function screen(columns?: number) {
  vi.stubEnv("TERM", "xterm");
  onTestFinished(() => void vi.unstubAllEnvs());
  const through = new PassThrough();
  const stream: Screen = Object.assign(through, columns === undefined ? {} : { isTTY: true, columns });
  const read = () => String(through.read() ?? "");
  return { stream, read };
}

/** Everything that was written, without the sequences that draw it: lines that are replaced come again. */
export function linesOf(written: string): string[] {
  return stripVTControlCharacters(written).split("\n");
}

/** A sequence with its parameter and command, a line break, or text. */
const TOKENS = new RegExp(`${"\u001b"}\\[([?\\d]*)([A-Za-z])|\\n|[^\\n${"\u001b"}]+`, "g");

/** The lines that a terminal shows in the end. */
export function shownOn(written: string): string[] {
  const lines = [""];
  let row = 0;
  for (const [token, parameter = "", command] of written.matchAll(TOKENS)) {
    if (token === "\n") {
      row++;
      lines[row] ??= "";
    } else if (command === undefined) lines[row] += token;
    else if (command === "A") row -= Number(parameter || 1);
    else if (command === "K" && parameter === "2") lines[row] = "";
  }
  return lines;
}
