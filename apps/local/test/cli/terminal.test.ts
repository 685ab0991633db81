import { HOSTILE_ROWS, harmIn } from "@image-pipeline/testing";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { shorten, terminal, wrap } from "../../src/cli/terminal.ts";
import { linesOf, screen, shownOn } from "./screen.ts";

const ESCAPE = "\u001b";
/** A pattern of the sequences that `styleText` writes. */
const STYLE = `${ESCAPE}\\[\\d+m`;
/** A pattern of the sequences that draw a line that is replaced. */
const DRAWING = `${ESCAPE}\\[(?:\\?2026[hl]|2K|1A|G)`;

describe("a terminal", () => {
  it("redraws the status below each new line, and removes it at the end", () => {
    const out = screen(40);
    const { note, status } = terminal(false, { stdout: out.stream, stderr: screen(40).stream });
    status("1 of 2 images done");
    note("processed a.jpg");
    status(undefined);
    const written = out.read();
    expect(linesOf(written)).toEqual(["1 of 2 images done", "processed a.jpg", "1 of 2 images done", ""]);
    expect(shownOn(written)).toEqual(["processed a.jpg", "", ""]);
  });

  it("shows the numbers of a run while no task runs, and writes them only when they change", () => {
    const out = screen(40);
    const { live, status, isRedrawn } = terminal(false, { stdout: out.stream, stderr: screen(40).stream });
    live("1 waiting");
    live("1 waiting");
    status("reloading");
    live("2 waiting");
    status(undefined);
    live(undefined);
    const written = out.read();
    expect(linesOf(written)).toEqual(["1 waiting", "reloading", "2 waiting", ""]);
    expect([shownOn(written), isRedrawn]).toEqual([["", ""], true]);
  });

  it("takes a terminal of unknown size for one of 80 columns, and redraws nothing on it", () => {
    const out = screen(0);
    const { status, width } = terminal(false, { stdout: out.stream, stderr: screen().stream });
    status("1 of 2 images done");
    expect([out.read(), width()]).toEqual(["", 80]);
  });

  it("redraws nothing on a terminal that cannot", () => {
    const [out, err] = [screen(40), screen(40)];
    vi.stubEnv("TERM", "dumb");
    const { live, status } = terminal(false, { stdout: out.stream, stderr: err.stream });
    live("1 waiting");
    status("reloading");
    expect(out.read()).toBe("");
  });

  it("shows no status when its output is read by a program", () => {
    const [out, err] = [screen(), screen()];
    const { status, live, note, width } = terminal(false, { stdout: out.stream, stderr: err.stream });
    status("building");
    live("1 waiting");
    note("done");
    expect([out.read(), err.read(), width()]).toEqual(["done\n", "", undefined]);
  });

  it("keeps stdout for results with --json", () => {
    const [out, err] = [screen(), screen()];
    const { result, note } = terminal(true, { stdout: out.stream, stderr: err.stream });
    note("hello");
    result("{}");
    expect([out.read(), err.read()]).toEqual(["{}\n", "hello\n"]);
  });
});

describe("a terminal that is given a stranger's text", () => {
  it.each(HOSTILE_ROWS)("lets a text that %s through no method", (_harm, text) => {
    const [out, err] = [screen(40), screen(40)];
    const shown = terminal(false, { stdout: out.stream, stderr: err.stream });
    shown.result([text, `b ${text}`], { style: "red", columns: 3 });
    shown.note(text, { style: "dim" });
    shown.complain(text);
    shown.status(text);
    shown.status(undefined);
    shown.live(text);
    const ours = new RegExp(`${DRAWING}|${STYLE}`, "g");
    const [written, complained] = [out.read().replaceAll(ours, ""), err.read().replaceAll(ours, "")];
    expect([written.split("\n").length, complained.split("\n").length]).toEqual([6, 2]);
    expect(harmIn((written + complained).replaceAll("\n", ""))).toEqual([]);
  });

  it("styles its first columns only", () => {
    vi.stubEnv("FORCE_COLOR", "1");
    onTestFinished(() => void vi.unstubAllEnvs());
    const out = screen(40);
    terminal(false, { stdout: out.stream, stderr: screen().stream }).note("reloaded a\u001b[2J", {
      style: "red",
      columns: 8,
    });
    expect(out.read().replaceAll(new RegExp(STYLE, "g"), "|")).toMatch(/^\|?reloaded\|? a\\u\{1b\}\[2J\n$/);
  });
});

describe("shorten", () => {
  it.each([
    ["a.jpg", 10, "a.jpg"],
    ["photographs/long-name.jpg", 12, "photogr….jpg"],
    ["写真写真写真.jpg", 9, "写真….jpg"],
  ])("shortens %s to %i columns in the middle", (text, columns, short) => {
    expect(shorten(text, columns)).toBe(short);
  });
});

describe("wrap", () => {
  it("breaks between words and never inside one", () => {
    expect(wrap("one two three abcdefghijkl", 9)).toEqual(["one two", "three", "abcdefghijkl"]);
  });
});
