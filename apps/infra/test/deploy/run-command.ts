import { spawn } from "node:child_process";

export interface CommandOptions {
  cwd: string;
  env: NodeJS.ProcessEnv;
}

/**
 * Runs a command to its end.
 *
 * @returns what it wrote to standard output
 * @throws {Error} with the end of all it wrote when it fails
 */
export function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<string> {
  const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const stdout: Buffer[] = [];
  const all: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk) && all.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => all.push(chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) return resolve(Buffer.concat(stdout).toString());
      const end = Buffer.concat(all).toString().split("\n").slice(-40).join("\n");
      reject(new Error(`${command} ${args.join(" ")} ended with ${code}:\n${end}`));
    });
  });
}
