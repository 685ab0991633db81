import type { Writable } from "node:stream";
import { styleText } from "node:util";
import { type LineSink, toPlainText, writeLines } from "@image-pipeline/schema/plain-text";
import { createLogUpdate } from "log-update"; // draws lines that are replaced by the next ones
import stringWidth from "string-width"; // counts the columns of CJK characters and emoji, which `length` does not

/** Colours and weights that lines use. */
export type Style = "green" | "yellow" | "red" | "cyan" | "dim" | "bold";

/** A line, or several. A line break inside of one is written out like any other control character. */
export type Lines = string | readonly string[];

/** The style of lines, where the terminal and `NO_COLOR` allow one. */
export interface Emphasis {
  style: Style;
  /** Only the first columns of the first line have it (default: everything). */
  columns?: number;
}

/**
 * The person's screen, or the streams of the program that reads us. It escapes whatever it is given, since keys, messages and
 * errors may contain anything.
 */
export interface Terminal {
  /** Writes the result of an image: the only lines on stdout with `--json`. */
  result(lines: Lines, emphasis?: Emphasis): void;
  note(lines: Lines, emphasis?: Emphasis): void;
  complain(lines: Lines): void;
  /** Shows the running task in one line that the next one replaces; undefined removes it. Nothing when piped. */
  status(line: string | undefined): void;
  /** The same for the numbers of a run, which are shown while no task is. */
  live(line: string | undefined): void;
  /** True when `status` and `live` show anything. */
  isRedrawn: boolean;
  /** Columns of a line; undefined when stdout is not a terminal and lines may have any length. */
  width(): number | undefined;
}

/** A stream that may be a terminal. */
export type Screen = Writable & { isTTY?: boolean; columns?: number };

interface Streams {
  stdout: Screen;
  stderr: Screen;
}

const DEFAULT_COLUMNS = 80;

/** @param json keeps stdout for results */
export function terminal(json: boolean, { stdout, stderr }: Streams = process): Terminal {
  const notes = json ? stderr : stdout;
  // A terminal that calls itself dumb cannot go back in a line, and one without columns may break it anywhere.
  const isRedrawn = notes.isTTY === true && process.env.TERM !== "dumb" && notes.columns !== 0;
  const draw = createLogUpdate(notes, { showCursor: true });
  let task: string | undefined;
  let numbers: string | undefined;
  let shown: string | undefined;

  function redraw(): void {
    const line = task ?? numbers;
    const next = line === undefined ? undefined : shorten(toPlainText(line), columnsOf(notes) - 1);
    if (!isRedrawn || next === shown) return;
    shown = next;
    if (shown === undefined) draw.clear();
    else draw(shown);
  }
  function writeTo(stream: Screen) {
    const sink = (emphasis: Emphasis | undefined): LineSink =>
      emphasis === undefined ? stream : { write: (text) => stream.write(paint(text, emphasis, stream)) };
    return (lines: Lines, emphasis?: Emphasis) => {
      if (shown !== undefined) draw.clear();
      writeLines(sink(emphasis), lines);
      if (shown !== undefined) draw(shown);
    };
  }
  return {
    result: writeTo(stdout),
    note: writeTo(notes),
    complain: writeTo(stderr),
    status(line) {
      task = line;
      redraw();
    },
    live(line) {
      numbers = line;
      redraw();
    },
    isRedrawn,
    width: () => (stdout.isTTY ? columnsOf(stdout) : undefined),
  };
}

/** A terminal of unknown size says that it has no columns. */
function columnsOf({ columns }: Screen): number {
  return columns || DEFAULT_COLUMNS;
}

/** Adds a style to lines that are escaped already. */
function paint(text: string, { style, columns = text.trimEnd().length }: Emphasis, stream: Screen): string {
  return styleText(style, text.slice(0, columns), { stream }) + text.slice(columns);
}

/** Cuts text out of the middle, so that a name keeps its beginning and its extension. */
export function shorten(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  const end = lastColumns(text, Math.max(Math.min(4, columns - 2), Math.floor((columns - 1) / 3)));
  return `${firstColumns(text, columns - 1 - stringWidth(end))}…${end}`;
}

/** Fills text up with spaces. */
export function pad(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - stringWidth(text)));
}

/** Breaks text between words into lines of at most so many columns. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && stringWidth(longer) > columns) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

/** Puts text beside its heading if both fit into a line, and else below it, wrapped and indented. */
export function besideOrBelow(
  { heading, text, indent }: { heading: string; text: string; indent: number },
  columns: number | undefined,
): string[] {
  const line = `${heading}  ${text}`.trimEnd();
  if (columns === undefined || stringWidth(line) <= columns) return [line];
  const lines = wrap(text, Math.max(columns - indent, indent)).map((each) => " ".repeat(indent) + each);
  return [heading.trimEnd(), ...lines];
}

const graphemes = new Intl.Segmenter();

function firstColumns(text: string, columns: number): string {
  let taken = "";
  for (const { segment } of graphemes.segment(text)) {
    if (stringWidth(taken + segment) > columns) break;
    taken += segment;
  }
  return taken;
}

function lastColumns(text: string, columns: number): string {
  let taken = "";
  for (const { segment } of [...graphemes.segment(text)].reverse()) {
    if (stringWidth(segment + taken) > columns) break;
    taken = segment + taken;
  }
  return taken;
}
