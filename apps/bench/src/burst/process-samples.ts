import { readdirSync, readFileSync } from "node:fs";

const MEBIBYTE = 2 ** 20;
/** Linux reports CPU time to programs in hundredths of a second on every architecture. */
const TICKS_PER_SECOND = 100;
/** A function has its name as last argument: `<project>-<environment>-worker`. */
const FUNCTION = /bootstrap\.ts\0[^\0]*?([a-z]+)\0$/;

/** A process of the local runtime: itself, a function, or the image engine of a function. */
export interface ProcessSample {
  pid: number;
  role: string;
  /** Resident memory. */
  mebibytes: number;
  /** User and system time since its start. */
  cpuSeconds: number;
}

/** Returns the processes below a running `start`, from Linux's /proc; none elsewhere. */
export function processSamples(root: number): ProcessSample[] {
  if (process.platform !== "linux") return [];
  const found = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => toProcess(Number(name)));
  const functions = new Map(
    found.flatMap(({ pid, parent, command }) => {
      const name = parent === root ? FUNCTION.exec(command)?.[1] : undefined;
      return name === undefined ? [] : [[pid, name] as const];
    }),
  );
  return found.flatMap(({ pid, parent, mebibytes, cpuSeconds }) => {
    const role =
      pid === root ? "runtime" : (functions.get(pid) ?? (functions.has(parent) ? "engine" : undefined));
    return role === undefined ? [] : [{ pid, role, mebibytes, cpuSeconds }];
  });
}

function toProcess(pid: number) {
  const status = read(`/proc/${pid}/status`);
  // The fields after the name of the program, which may contain spaces: user and system time are the 12th and 13th.
  const fields = read(`/proc/${pid}/stat`).split(") ").at(-1)?.split(" ") ?? [];
  return {
    pid,
    parent: Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]),
    mebibytes: Math.round((Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1024) / MEBIBYTE),
    cpuSeconds: (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_PER_SECOND,
    command: read(`/proc/${pid}/cmdline`),
  };
}

/** A process may end between two looks. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** Returns the CPU seconds of each role from the first of some samples to the last. */
export function cpuByRole(samples: readonly (readonly ProcessSample[])[]): Record<string, number> {
  const before = new Map(samples[0]?.map(({ pid, cpuSeconds }) => [pid, cpuSeconds]));
  const last = new Map(samples.flat().map((sample) => [sample.pid, sample]));
  const seconds: Record<string, number> = {};
  for (const { pid, role, cpuSeconds } of last.values())
    seconds[role] = (seconds[role] ?? 0) + cpuSeconds - (before.get(pid) ?? 0);
  return seconds;
}
