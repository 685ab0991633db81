import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

/** The CPU time of this process that some work takes, all threads together, in milliseconds. */
export async function cpuTime(work: () => Promise<void>): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/** One program with its arguments. */
export type Call = readonly [program: string, ...args: string[]];

/**
 * The CPU time of other processes, one after another, in milliseconds: each is charged whole, its start included.
 *
 * @throws {Error} with what it said, when one fails
 */
export async function cpuTimeOf(
  calls: readonly Call[],
  environment: Record<string, string>,
): Promise<number> {
  let sum = 0;
  for (const call of calls) sum += await cpuTimeOfOne(call, environment);
  return sum;
}

/** Node does not tell what a child took; bash's `times` does: its second line is that of its children. */
async function cpuTimeOfOne(call: Call, environment: Record<string, string>): Promise<number> {
  const shell = spawn("bash", ["-c", '"$@" >&2 && times', "bench", ...call], {
    env: { ...process.env, ...environment },
  });
  const [said, complaint, [exitCode]] = await Promise.all([
    text(shell.stdout),
    text(shell.stderr),
    once(shell, "close"),
  ]);
  if (exitCode !== 0) throw new Error(`${call[0]} failed: ${complaint.trim().slice(0, 300)}`);
  return toMilliseconds(said.trim().split("\n")[1] ?? "");
}

/** User and system time, as in `0m1.234s 0m0.056s`. */
function toMilliseconds(times: string): number {
  const parts = [...times.matchAll(/(\d+)m([\d.]+)s/g)];
  return parts.reduce(
    (sum, [, minutes, seconds]) => sum + 1000 * (60 * Number(minutes) + Number(seconds)),
    0,
  );
}
