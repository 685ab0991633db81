import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { waitFor } from "./progress-deadline.ts";
import { runCommand } from "./run-command.ts";

const MINUTES = 60_000;
const options = { cwd: import.meta.dirname, env: process.env };

describe("waitFor", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("waits as long as the state keeps changing", async () => {
    const start = Date.now();
    const minute = () => Math.floor((Date.now() - start) / MINUTES);
    const wait = waitFor({ read: minute, until: (now) => now === 60 });
    await vi.advanceTimersByTimeAsync(60 * MINUTES);
    expect(await wait).toBe(60);
  });

  it("waits as long as there is another sign of progress", async () => {
    const start = Date.now();
    const minute = () => Math.floor((Date.now() - start) / MINUTES);
    const read = () => (minute() < 60 ? "RUNNING" : "DONE");
    const wait = waitFor({ read, until: (now) => now === "DONE", progress: minute });
    await vi.advanceTimersByTimeAsync(60 * MINUTES);
    expect(await wait).toBe("DONE");
  });

  it("rejects with the last state if nothing changes", async () => {
    const wait = waitFor({ read: () => "RUNNING", until: (now) => now === "DONE" });
    const rejected = expect(wait).rejects.toThrow('no progress for 300 s; the last state was "RUNNING"');
    await vi.advanceTimersByTimeAsync(6 * MINUTES);
    await rejected;
  });
});

describe("runCommand", () => {
  it("ends a command without output", async () => {
    const script = ["-e", "setInterval(() => {}, 1000)"];
    await expect(runCommand(process.execPath, script, { ...options, milliseconds: 200 })).rejects.toThrow(
      "no progress for 0.2 s",
    );
  });

  it("returns the standard output of a command that succeeds", async () => {
    expect(await runCommand(process.execPath, ["-p", "1 + 1"], options)).toBe("2\n");
  });
});
