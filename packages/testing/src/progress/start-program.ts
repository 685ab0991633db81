import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpuSecondsOf } from "./cpu-seconds.ts";
import { whileProgressing } from "./while-progressing.ts";

/** The end of a program; its code is null after a signal. */
export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A running program. */
export interface Program {
  /** Rejects when it neither writes nor computes any more. */
  readonly ended: Promise<Ended>;
  /**
   * Resolves once it has written this, on either stream, with everything that it has written until then. Rejects as `ended`
   * does, or when it ended without writing it.
   */
  seen(text: string): Promise<string>;
  interrupt(): void;
}

export interface ProgramOptions {
  /** Environment variables besides those of this process. */
  variables?: Readonly<Record<string, string>>;
  cwd?: string;
}

/** Starts a program of Node's. */
export function startProgram(
  path: string,
  argv: readonly string[],
  { variables = {}, cwd = process.cwd() }: ProgramOptions = {},
): Program {
  const env = { ...process.env, ...variables };
  const child = spawn(process.execPath, [path, ...argv], { env, cwd, stdio: ["ignore", "pipe", "pipe"] });
  const written = { stdout: "", stderr: "" };
  const watchers = new Set<() => void>();
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text: string) => {
      written[name] += text;
      for (const watch of watchers) watch();
    });
  const closed = once(child, "close").then((): Ended => ({ code: child.exitCode, ...written }));
  const output = () => written.stdout + written.stderr;

  async function watched<Result>(work: Promise<Result>): Promise<Result> {
    try {
      return await whileProgressing(work, () => `CPU: ${cpuSecondsOf(child.pid ?? 0)} s\n${output()}`);
    } catch (error) {
      child.kill("SIGKILL");
      throw error;
    }
  }
  return {
    get ended() {
      return watched(closed);
    },
    interrupt: () => void child.kill("SIGINT"),
    seen(wanted) {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      const watch = () => output().includes(wanted) && resolve(output());
      watchers.add(watch);
      closed.then(() => reject(new Error(`it ended before it wrote "${wanted}":\n${output()}`)), reject);
      watch();
      return watched(promise).finally(() => watchers.delete(watch));
    },
  };
}
