import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { whileProgressing } from "@image-pipeline/testing/progress";
import { onTestFinished } from "vitest";
import { descendantsOf } from "../src/cli/process-tree.ts";
import type { WhenOver } from "./temporary-folder.ts";

const PIPELINE = join(import.meta.dirname, "../../cli/bin/pipeline.mjs");

/** The running command. */
export interface CommandLine {
  /** Waits for the first match in its output, on either stream. Fails when the output stops growing. */
  seen(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves when it has ended, with its exit code, or null after a signal. Rejects when its output stops growing. */
  readonly ended: Promise<number | null>;
  stdout(): string;
  stderr(): string;
  signal(name: NodeJS.Signals): void;
  /** Its child processes at the moment, and theirs. */
  descendants(): number[];
}

/** Runs `npx pipeline start ARGS`. */
export function start(
  args: readonly string[],
  whenOver: WhenOver = onTestFinished,
  variables: Readonly<Record<string, string>> = {},
): CommandLine {
  const child = spawn(process.execPath, [PIPELINE, "start", ...args], {
    env: { ...process.env, ...variables },
    stdio: ["ignore", "pipe", "pipe"],
  });
  whenOver(() => void child.kill("SIGKILL"));
  const written = { stdout: "", stderr: "" };
  const watchers = new Set<() => void>();
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      written[name] += text;
      for (const watch of watchers) watch();
    });
  }
  const closed = once(child, "close").then(() => child.exitCode);
  const read = () => written.stdout + written.stderr;
  return {
    get ended() {
      return whileProgressing(closed, read);
    },
    seen: (pattern) => whileProgressing(firstMatch(pattern, { read, watchers, ended: closed }), read),
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    signal: (name) => void child.kill(name),
    descendants: () => descendantsOf(pidOf(child)),
  };
}

function firstMatch(
  pattern: RegExp,
  { read, watchers, ended }: { read: () => string; watchers: Set<() => void>; ended: Promise<unknown> },
): Promise<RegExpExecArray> {
  const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>();
  const watch = () => {
    const match = pattern.exec(read());
    if (match) resolve(match);
  };
  watchers.add(watch);
  ended.then(() => reject(new Error(`it ended before ${pattern} was seen:\n${read()}`)));
  watch();
  return promise.finally(() => watchers.delete(watch));
}

function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error("the command could not be started");
  return pid;
}

/** Returns true if a process runs; a zombie does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== "linux" || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
