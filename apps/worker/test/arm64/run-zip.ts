import { spawn } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { cpuSecondsOf, whileProgressing } from "@image-pipeline/testing/progress";
import { unzipSync } from "fflate";
import { z } from "zod";

const Answer = z.object({ arch: z.string(), platform: z.string(), value: z.unknown() });
export type Answer = z.infer<typeof Answer>;

export interface ZipRun {
  zip: string;
  /** The folder of the unpacked zip, like Lambda's `/var/task`. */
  folder: string;
  /** The command that runs Node.js, and its arguments before a script. */
  node: { command: string; args: string[] };
  env: Record<string, string>;
  event: unknown;
}

/**
 * Unpacks a handler's zip and sends its handler one event, in a separate process.
 *
 * @throws {Error} with the output of the process when it fails
 */
export async function runZip({ zip, folder, node, env, event }: ZipRun): Promise<Answer> {
  const task = join(folder, "task");
  for (const [name, bytes] of Object.entries(unzipSync(await readFile(zip)))) {
    await mkdir(dirname(join(task, name)), { recursive: true });
    await writeFile(join(task, name), bytes);
  }
  const answer = join(folder, "answer.json");
  const script = join(import.meta.dirname, "invoke.cjs");
  const program = join(folder, "node");
  await writeFile(program, toScript(node), { mode: 0o755 });
  const child = spawn(program, [script, task, answer, program], { cwd: task, env });
  child.stdin.end(JSON.stringify(event));
  const ended = Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise((resolve) => child.on("error", resolve).on("close", resolve)),
  ]);
  const [out, err, code] = await whileProgressing(ended, () => `CPU: ${cpuSecondsOf(child.pid ?? 0)} s`);
  if (code !== 0) throw new Error(`${node.command} ended with ${code}:\n${out}${err}`);
  return Answer.parse(JSON.parse(await readFile(answer, "utf8")));
}

/** A program that runs Node.js: what the handler starts by `process.execPath` is emulated, too. */
function toScript({ command, args }: ZipRun["node"]): string {
  return `#!/bin/sh\nexec ${[command, ...args].map((word) => `'${word}'`).join(" ")} "$@"\n`;
}
