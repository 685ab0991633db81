import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { ProgressDeadline } from "@image-pipeline/testing/progress";
import type { CommandOptions } from "./run-command.ts";

export interface BackgroundCommand extends Omit<CommandOptions, "milliseconds"> {
  command: string;
  args: readonly string[];
  /** Matches the output once the process is ready; the first group is its address. */
  ready: RegExp;
}
type Child = ChildProcessByStdio<null, Readable, Readable>;

/** A process that runs until it is stopped. */
export class BackgroundProcess {
  readonly address: string;
  private readonly child: Child;
  private readonly written: readonly string[];

  private constructor(child: Child, address: string, written: readonly string[]) {
    this.child = child;
    this.address = address;
    this.written = written;
  }

  /** @throws {Error} with its output if it ends, or makes no progress before it is ready */
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

  /** Returns the end of its output. */
  output(): string {
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
  const { command, ready } = options;
  return new Promise<string>((resolve, reject) => {
    const fail = (why: string) => {
      deadline.stop();
      reject(new Error(`${command}: ${why}:\n${written.join("")}`));
    };
    const deadline = new ProgressDeadline(fail);
    const look = () => {
      deadline.renew();
      const address = ready.exec(written.join(""))?.[1];
      if (address === undefined) return;
      for (const stream of [child.stdout, child.stderr]) stream.off("data", look);
      deadline.stop();
      resolve(address);
    };
    child.stdout.on("data", look);
    child.stderr.on("data", look);
    child.on("error", ({ message }) => fail(message));
    child.on("exit", (code) => fail(`exit code ${code}`));
  });
}
