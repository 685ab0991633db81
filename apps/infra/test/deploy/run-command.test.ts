import { describe, expect, it } from "vitest";
import { runCommand } from "./run-command.ts";

const options = { cwd: import.meta.dirname, env: process.env };

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
