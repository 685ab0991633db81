import { PassThrough } from "node:stream";
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
