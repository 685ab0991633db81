import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
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
    return process.platform === "linux" ? await fromProc(pid) : await fromPs(pid);
  } catch {
    return undefined;
  }
}

async function fromProc(pid: number): Promise<number | undefined> {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, "utf8")) ?? [];
  if (kilobytes === undefined) return undefined;
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, "utf8")).match(/\d+/g) ?? [];
  const ofChildren = await Promise.all(children.map((child) => residentBytes(Number(child))));
  return ofChildren.reduce<number>((sum, bytes = 0) => sum + bytes, Number(kilobytes) * 1024);
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
