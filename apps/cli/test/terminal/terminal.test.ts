import { expect, test } from "vitest";
import { terminalOn } from "../../src/terminal/terminal.ts";
import { fakeStreams } from "../fake-terminal.ts";

const CLEAR = "\r\u001b[K";

function onTerminal(isTTY: boolean) {
  const streams = fakeStreams({ isTTY });
  const clock = { now: 0 };
  return { terminal: terminalOn(streams, () => clock.now), written: streams.written, clock };
}

test("writes results to stdout and everything else to stderr", () => {
  const { terminal, written } = onTerminal(false);
  terminal.out("result");
  terminal.note("about the run");
  expect(written).toEqual({ out: "result\n", error: "about the run\n" });
});

test("redraws the status in its line on a terminal", () => {
  const { terminal, written, clock } = onTerminal(true);
  terminal.status("1 of 2");
  clock.now = 200;
  terminal.status("2 of 2");
  expect(written.error).toBe(`${CLEAR}1 of 2${CLEAR}2 of 2`);
});

test("redraws no more often than ten times a second", () => {
  const { terminal, written, clock } = onTerminal(true);
  terminal.status("1 of 2");
  clock.now = 99;
  terminal.status("2 of 2");
  expect(written.error).toBe(`${CLEAR}1 of 2`);
});

test("takes the status away before a line, and puts it back behind it", () => {
  const { terminal, written } = onTerminal(true);
  terminal.status("1 of 2");
  terminal.note("a note");
  expect(written.error).toBe(`${CLEAR}1 of 2${CLEAR}a note\n1 of 2`);
});

test("leaves nothing of a status that is over", () => {
  const { terminal, written } = onTerminal(true);
  terminal.status("1 of 2");
  terminal.status("");
  expect(written.error).toBe(`${CLEAR}1 of 2${CLEAR}`);
});

test("writes the status as a line every ten seconds if there is no terminal", () => {
  const { terminal, written, clock } = onTerminal(false);
  for (clock.now = 0; clock.now <= 25_000; clock.now += 1000) terminal.status(`at ${clock.now}`);
  expect(written.error).toBe("at 10000\nat 20000\n");
});
