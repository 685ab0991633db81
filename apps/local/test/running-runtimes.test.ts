import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { announceRuntime, runningRuntimes, stateFolders } from "../src/running-runtimes.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const runtime = (pid: number, port = 4566) => ({
  pid,
  endpoint: `http://127.0.0.1:${port}`,
  dataDir: "/data",
  logsDir: "/data/logs",
  startedAt: "2026-01-01T00:00:00.000Z",
});

/** The id of a process that has ended. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "close");
  return child.pid ?? 0;
}

describe("a runtime's file", () => {
  it("is found while the runtime runs, and not after it was removed", () => {
    const variables = { XDG_STATE_HOME: temporaryFolder(), TMPDIR: temporaryFolder() };
    const remove = announceRuntime(runtime(process.pid), variables);
    const during = runningRuntimes(variables);
    remove();
    remove();
    expect([during, runningRuntimes(variables)]).toEqual([[runtime(process.pid)], []]);
  });

  it("is ignored and removed when its process is gone", async () => {
    const variables = { XDG_STATE_HOME: temporaryFolder(), TMPDIR: temporaryFolder() };
    announceRuntime(runtime(await deadPid()), variables);
    announceRuntime(runtime(process.pid), variables);
    const running = runningRuntimes(variables);
    const files = readdirSync(join(variables.XDG_STATE_HOME, "image-pipeline/runtimes"));
    expect([running.length, files]).toEqual([1, [`${process.pid}.json`]]);
  });

  it("is removed when it is damaged", () => {
    const variables = { XDG_STATE_HOME: temporaryFolder(), TMPDIR: temporaryFolder() };
    const folder = join(variables.XDG_STATE_HOME, "image-pipeline/runtimes");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "1.json"), "{");
    expect([runningRuntimes(variables), existsSync(join(folder, "1.json"))]).toEqual([[], false]);
  });

  it("goes to the next folder when one cannot be written", () => {
    const blocked = join(temporaryFolder(), "file");
    writeFileSync(blocked, "");
    chmodSync(blocked, 0o400);
    const variables = { XDG_STATE_HOME: blocked, TMPDIR: temporaryFolder() };
    const remove = announceRuntime(runtime(process.pid), variables);
    expect(runningRuntimes(variables)).toEqual([runtime(process.pid)]);
    remove();
  });
});

describe("stateFolders", () => {
  it("ends with a folder that needs no home", () => {
    const TMPDIR = "/scratch";
    const temporary = `/scratch/image-pipeline-${process.getuid?.()}`;
    const homes = [{ XDG_STATE_HOME: "/state", HOME: "/home/me" }, { HOME: "/home/me" }];
    expect(homes.map((home) => stateFolders({ ...home, TMPDIR }))).toEqual([
      ["/state/image-pipeline", temporary],
      ["/home/me/.local/state/image-pipeline", temporary],
    ]);
  });
});
