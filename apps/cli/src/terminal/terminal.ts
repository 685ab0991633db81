import { type LineSink, toJsonLine, toPlainText, writeLines } from "@image-pipeline/schema/plain-text";

/** A line, or several. A line break inside of one is written out like any other control character. */
export type Lines = string | readonly string[];

/**
 * Output of a command: results on stdout, everything about the run itself on stderr. It escapes whatever it is given, since
 * keys, messages and errors may contain anything.
 */
export interface Terminal {
  /** Writes lines of the result. */
  out(lines: Lines): void;
  /** Writes the result, or a part of it, as one line of JSON. */
  json(value: unknown): void;
  /** Writes lines about the run. */
  note(lines: Lines): void;
  /** Shows the current state of the run; the next call replaces it, an empty text removes it. */
  status(text: string): void;
}

/** Without a terminal, the status is written as a line at most this often. */
const PLAIN_STATUS_MILLISECONDS = 10_000;
/** Faster updates cannot be read. */
const STATUS_MILLISECONDS = 100;
const CLEAR_LINE = "\r\u001b[K";

export interface Streams {
  stdout: LineSink & { isTTY?: boolean };
  stderr: LineSink & { isTTY?: boolean };
}

/** @param now milliseconds on a clock that never goes back */
export function terminalOn({ stdout, stderr }: Streams, now = () => performance.now()): Terminal {
  const pause = stderr.isTTY ? STATUS_MILLISECONDS : PLAIN_STATUS_MILLISECONDS;
  let shown = "";
  let shownAt = stderr.isTTY ? Number.NEGATIVE_INFINITY : now();

  function clear(): void {
    if (stderr.isTTY && shown !== "") stderr.write(CLEAR_LINE);
    shown = "";
  }
  /** Writes lines; only a stream that is a terminal needs redrawing. */
  function write(stream: Streams["stdout"], lines: Lines): void {
    const redrawn = stream.isTTY ? shown : "";
    if (stream.isTTY) clear();
    writeLines(stream, lines);
    if (redrawn !== "" && stderr.isTTY) {
      stderr.write(redrawn);
      shown = redrawn;
    }
  }
  return {
    out: (lines) => write(stdout, lines),
    // Nothing is left to escape in it, so that it stays JSON.
    json: (value) => write(stdout, toJsonLine(value)),
    note: (lines) => write(stderr, lines),
    status(text) {
      if (text === "") return clear();
      if (now() - shownAt < pause) return;
      shownAt = now();
      shown = toPlainText(text);
      stderr.write(stderr.isTTY ? `${CLEAR_LINE}${shown}` : `${shown}\n`);
    },
  };
}
