import type { Streams } from "../src/terminal/terminal.ts";

/** Two streams that keep everything that is written to them. */
export function fakeStreams({
  isTTY,
}: {
  isTTY: boolean;
}): Streams & { written: { out: string; error: string } } {
  const written = { out: "", error: "" };
  const into = (name: "out" | "error") => (text: string) => {
    written[name] += text;
  };
  return { written, stdout: { isTTY, write: into("out") }, stderr: { isTTY, write: into("error") } };
}
