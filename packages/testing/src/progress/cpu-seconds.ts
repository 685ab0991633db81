import { readFileSync } from "node:fs";

/** Linux counts CPU time in hundredths of a second (`man 5 proc_pid_stat`). */
const TICKS_PER_SECOND = 100;

/** Returns the CPU time that a process has used, in seconds; 0 on other systems than Linux, or if it has ended. */
export function cpuSecondsOf(pid: number): number {
  try {
    // The name of the program, in parentheses, may contain spaces.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return 0;
  }
}
