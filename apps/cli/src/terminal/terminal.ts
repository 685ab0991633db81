/** Where a command speaks: results on stdout, everything about the run itself on stderr. */
export interface Terminal {
  /** A line of the result. */
  out(line: string): void;
  /** A line about the run. */
  note(line: string): void;
  /** What the run is doing now: replaced by the next one, and gone with an empty one. */
  status(text: string): void;
}

/** Where no terminal can redraw a line, a status is a line of its own, and not more often than this. */
const PLAIN_STATUS_MILLISECONDS = 10_000;
/** More often than this nobody can read. */
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
  /** A result on another stream than the terminal's needs no redrawing. */
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
