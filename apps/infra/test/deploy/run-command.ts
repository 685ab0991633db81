import { spawn } from "node:child_process";
import { ProgressDeadline } from "@image-pipeline/testing/progress";

export interface CommandOptions {
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** Time without output after which the command is ended (default: that of `ProgressDeadline`). */
  milliseconds?: number;
}

/**
 * Runs a command.
 *
 * @returns its standard output
 * @throws {Error} with the end of its output if it fails or stops writing
 */
export function runCommand(
  command: string,
  args: readonly string[],
  { milliseconds, ...options }: CommandOptions,
): Promise<string> {
  const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const stdout: Buffer[] = [];
  const all: Buffer[] = [];
  let failure: string | null = null;
  const deadline = new ProgressDeadline((reason) => {
    failure = reason;
    child.kill("SIGKILL");
  }, milliseconds);
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      all.push(chunk);
      deadline.renew();
    });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      deadline.stop();
      if (code === 0) return resolve(Buffer.concat(stdout).toString());
      const end = Buffer.concat(all).toString().split("\n").slice(-40).join("\n");
      reject(new Error(`${command} ${args.join(" ")}: ${failure ?? `exit code ${code}`}:\n${end}`));
    });
  });
}
