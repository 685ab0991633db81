import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";

const run = promisify(execFile);

const SAMPLE_MILLISECONDS = 200;

/**
 * Watches the memory of a running process and of those that it has started, which share a function's memory.
 *
 * @param onExceeded called with the memory in use, in megabytes
 * @returns a function that ends the watch
 */
export function watchMemory(
  { pid, megabytes, isBusy }: { pid: number; megabytes: number; isBusy: () => boolean },
  onExceeded: (usedMegabytes: number) => void,
): () => void {
  const timer = setInterval(async () => {
    const bytes = isBusy() ? await residentBytes(pid) : undefined;
    if (bytes !== undefined && bytes > megabytes * 1024 * 1024) onExceeded(Math.ceil(bytes / 1024 / 1024));
  }, SAMPLE_MILLISECONDS);
  return () => clearInterval(timer);
}

/** Returns the memory in use by a process and its children, in bytes; undefined when it has ended. */
async function residentBytes(pid: number): Promise<number | undefined> {
  try {
    return process.platform === "linux" ? fromProc(pid) : await fromPs(pid);
  } catch {
    return undefined;
  }
}

/** Reads without waiting, as the kernel keeps it in memory: a thread for each of the small files takes ten times longer. */
function fromProc(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1")) ?? [];
  if (kilobytes === undefined) throw new Error(`process ${pid} has ended`);
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").match(/\d+/g) ?? [];
  return children.reduce((sum, child) => sum + ofChild(Number(child)), Number(kilobytes) * 1024);
}

/** A child may end between two looks. */
function ofChild(pid: number): number {
  try {
    return fromProc(pid);
  } catch {
    return 0;
  }
}

/** Sums the process's group, which it leads. */
async function fromPs(pid: number): Promise<number | undefined> {
  const { stdout } = await run("ps", ["-ax", "-o", "pgid=,rss="]);
  const rows = stdout
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const kilobytes = rows.reduce((sum, [group, rss = 0]) => sum + (group === pid ? rss : 0), 0);
  return kilobytes * 1024 || undefined;
}
