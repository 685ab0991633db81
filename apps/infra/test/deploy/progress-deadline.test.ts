import { describe, expect, it } from "vitest";
import { waitFor } from "./progress-deadline.ts";
import { runCommand } from "./run-command.ts";

const options = { cwd: import.meta.dirname, env: process.env };

describe("waitFor", () => {
  it("returns the state once it is reached, however long the state keeps changing", async () => {
    let count = 0;
    const state = await waitFor({ read: () => ++count, until: (now) => now === 8, milliseconds: 400 });
    expect(state).toBe(8);
  });

  it("rejects with the last state if nothing changes", async () => {
    const wait = waitFor({ read: () => "RUNNING", until: (now) => now === "DONE", milliseconds: 150 });
    await expect(wait).rejects.toThrow('no progress for 0.15 s; the last state was "RUNNING"');
  });

  it("counts another sign of progress", async () => {
    let lines = 0;
    let reads = 0;
    const state = await waitFor({
      read: () => (++reads > 8 ? "DONE" : "RUNNING"),
      until: (now) => now === "DONE",
      progress: () => ++lines,
      milliseconds: 400,
    });
    expect(state).toBe("DONE");
  });
});

describe("runCommand", () => {
  it("ends a command without output", async () => {
    const script = ["-e", "console.log('started'); setInterval(() => {}, 1000)"];
    await expect(runCommand(process.execPath, script, { ...options, milliseconds: 1500 })).rejects.toThrow(
      /no progress for 1.5 s:\nstarted/,
    );
  });

  it("returns the standard output of a command that succeeds", async () => {
    expect(await runCommand(process.execPath, ["-p", "1 + 1"], options)).toBe("2\n");
  });
});
