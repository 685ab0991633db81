import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

const SAMPLE_MILLISECONDS = 200;

/**
 * Watches the memory of a running process.
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

/** Returns the memory in use by a process, in bytes; undefined when it has ended. */
async function residentBytes(pid: number): Promise<number | undefined> {
  try {
    return process.platform === "linux" ? await fromProc(pid) : await fromPs(pid);
  } catch {
    return undefined;
  }
}

async function fromProc(pid: number): Promise<number | undefined> {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, "utf8")) ?? [];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

async function fromPs(pid: number): Promise<number | undefined> {
  const { stdout } = await run("ps", ["-o", "rss=", "-p", String(pid)]);
  return Number(stdout) * 1024 || undefined;
}
