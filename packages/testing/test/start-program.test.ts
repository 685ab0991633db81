import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { cpuSecondsOf } from "../src/progress/cpu-seconds.ts";
import { startProgram } from "../src/progress/start-program.ts";

/** Starts a script. */
function program(script: string) {
  const folder = mkdtempSync(join(tmpdir(), "start-program-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "script.mjs");
  writeFileSync(path, script);
  return startProgram(path, ["a"], { variables: { GREETING: "hello" } });
}

it("returns the exit code and the output of a program that ends", async () => {
  const script = `console.log(process.env.GREETING, process.argv[2]); console.error("bye"); process.exitCode = 3`;
  expect(await program(script).ended).toEqual({ code: 3, stdout: "hello a\n", stderr: "bye\n" });
});

it("waits for a text in the output, then interrupts the program", async () => {
  const running = program(`console.log("ready"); setInterval(() => {}, 1000)`);
  await running.seen("ready");
  running.interrupt();
  expect(await running.ended).toMatchObject({ code: null });
});

it("rejects when the program ends without the text", async () => {
  await expect(program(`console.log("other")`).seen("ready")).rejects.toThrow(
    'it ended before it wrote "ready":\nother',
  );
});

it.runIf(process.platform === "linux")("measures the CPU time of a process", () => {
  expect(cpuSecondsOf(process.pid)).toBeGreaterThan(0);
  expect(cpuSecondsOf(0)).toBe(0);
});
