import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import type { CommandOptions } from "./run-command.ts";

export interface BackgroundCommand extends CommandOptions {
  command: string;
  args: readonly string[];
  /** What its first group matches, in anything the command writes, tells that it is ready: an address. */
  ready: RegExp;
  deadlineMilliseconds: number;
}
type Child = ChildProcessByStdio<null, Readable, Readable>;

/** A process that serves until it is stopped. */
export class BackgroundProcess {
  readonly address: string;
  private readonly child: Child;
  private readonly written: readonly string[];

  private constructor(child: Child, address: string, written: readonly string[]) {
    this.child = child;
    this.address = address;
    this.written = written;
  }

  /** @throws {Error} with what it wrote when it ends, or is not ready before the deadline */
  static async start(options: BackgroundCommand): Promise<BackgroundProcess> {
    const { command, args, cwd, env } = options;
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    const written: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => written.push(chunk.toString()));
    try {
      return new BackgroundProcess(child, await readyAddress(child, written, options), written);
    } catch (error) {
      child.kill("SIGKILL");
      throw error;
    }
  }

  /** The end of all it wrote so far. */
  lastWords(): string {
    return this.written.join("").slice(-4_000);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, "exit");
    this.child.kill("SIGTERM");
    await ended;
  }
}

function readyAddress(child: Child, written: readonly string[], options: BackgroundCommand): Promise<string> {
  const { command, ready, deadlineMilliseconds } = options;
  return new Promise<string>((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`${command} ${why}:\n${written.join("")}`));
    const deadline = setTimeout(fail, deadlineMilliseconds, "was not ready in time");
    const look = () => {
      const address = ready.exec(written.join(""))?.[1];
      if (address === undefined) return;
      clearTimeout(deadline);
      resolve(address);
    };
    child.stdout.on("data", look);
    child.stderr.on("data", look);
    child.on("error", reject);
    child.on("exit", (code) => fail(`ended with ${code}`));
  });
}
