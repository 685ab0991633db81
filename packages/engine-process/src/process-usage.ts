import { readFileSync } from "node:fs";

/** The memory of a process in bytes, and its CPU time in seconds since it started. */
export interface Usage {
  memoryBytes: number;
  cpuSeconds: number;
}

/** Time between two looks. A process that takes memory as fast as it can gets some 100 MiB in it. */
const SAMPLE_MILLISECONDS = 25;
/** Linux reports CPU time in hundredths of a second to every program (`man 5 proc_pid_stat`). */
const TICKS_PER_SECOND = 100;

/** Returns what a process uses; undefined once it has ended, or on a system other than Linux. */
export function usageOf(pid: number): Usage | undefined {
  try {
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1")) ?? [];
    if (kilobytes === undefined) return undefined;
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name of the program, in brackets, may contain spaces.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = Number(fields[11]) + Number(fields[12]);
    return { memoryBytes: Number(kilobytes) * 1024, cpuSeconds: ticks / TICKS_PER_SECOND };
  } catch {
    return undefined;
  }
}

/** The bounds of one picture. */
export interface Bounds {
  wallSeconds: number;
  cpuSeconds: number;
  memoryBytes: number;
}

/**
 * Watches a process during one picture.
 *
 * @param onExceeded called once, with the name of the bound
 */
export function watchUsage(pid: number, bounds: Bounds, onExceeded: (bound: keyof Bounds) => void) {
  const cpuBefore = usageOf(pid)?.cpuSeconds ?? 0;
  let peakBytes = 0;
  const look = () => {
    const usage = usageOf(pid);
    if (!usage) return;
    peakBytes = Math.max(peakBytes, usage.memoryBytes);
    if (usage.memoryBytes > bounds.memoryBytes) exceeded("memoryBytes");
    else if (usage.cpuSeconds - cpuBefore > bounds.cpuSeconds) exceeded("cpuSeconds");
  };
  const wall = setTimeout(() => exceeded("wallSeconds"), bounds.wallSeconds * 1000);
  const sampler = setInterval(look, SAMPLE_MILLISECONDS);
  function stop(): void {
    clearTimeout(wall);
    clearInterval(sampler);
  }
  function exceeded(bound: keyof Bounds): void {
    stop();
    onExceeded(bound);
  }
  return { stop, peakBytes: () => peakBytes };
}
