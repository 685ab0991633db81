/** Output of a command: results on stdout, everything about the run itself on stderr. */
export interface Terminal {
  /** A line of the result. */
  out(line: string): void;
  /** A line about the run. */
  note(line: string): void;
  /** Shows the current state of the run; the next call replaces it, an empty text removes it. */
  status(text: string): void;
}

/** Without a terminal, the status is written as a line at most this often. */
const PLAIN_STATUS_MILLISECONDS = 10_000;
/** Faster updates cannot be read. */
const STATUS_MILLISECONDS = 100;
const CLEAR_LINE = "\r\u001b[K";

export interface Streams {
  stdout: { write(text: string): unknown; isTTY?: boolean };
  stderr: { write(text: string): unknown; isTTY?: boolean };
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
  /** Writes a line; only a stream that is a terminal needs redrawing. */
  function write(stream: Streams["stdout"], line: string): void {
    const redrawn = stream.isTTY ? shown : "";
    if (stream.isTTY) clear();
    stream.write(`${line}\n`);
    if (redrawn !== "" && stderr.isTTY) {
      stderr.write(redrawn);
      shown = redrawn;
    }
  }
  return {
    out: (line) => write(stdout, line),
    note: (line) => write(stderr, line),
    status(text) {
      if (text === "") return clear();
      if (now() - shownAt < pause) return;
      shownAt = now();
      stderr.write(stderr.isTTY ? `${CLEAR_LINE}${text}` : `${text}\n`);
      shown = text;
    },
  };
}
