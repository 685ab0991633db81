import { spawn } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { unzipSync } from "fflate";
import { z } from "zod";

const Answer = z.object({ arch: z.string(), platform: z.string(), value: z.unknown() });
export type Answer = z.infer<typeof Answer>;

export interface ZipRun {
  zip: string;
  /** Where the zip is unpacked to, as Lambda unpacks it to `/var/task`. */
  folder: string;
  /** The command that runs Node.js, and its arguments before a script. */
  node: { command: string; args: string[] };
  env: Record<string, string>;
  event: unknown;
}

/**
 * Unpacks a handler's zip and has its handler answer one event, in a process of its own.
 *
 * @throws {Error} with what the process wrote when it does not end well
 */
export async function runZip({ zip, folder, node, env, event }: ZipRun): Promise<Answer> {
  const task = join(folder, "task");
  for (const [name, bytes] of Object.entries(unzipSync(await readFile(zip)))) {
    await mkdir(dirname(join(task, name)), { recursive: true });
    await writeFile(join(task, name), bytes);
  }
  const answer = join(folder, "answer.json");
  const script = join(import.meta.dirname, "invoke.cjs");
  const child = spawn(node.command, [...node.args, script, task, answer], { cwd: task, env });
  child.stdin.end(JSON.stringify(event));
  const [out, err, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise((resolve) => child.on("error", resolve).on("close", resolve)),
  ]);
  if (code !== 0) throw new Error(`${node.command} ended with ${code}:\n${out}${err}`);
  return Answer.parse(JSON.parse(await readFile(answer, "utf8")));
}
