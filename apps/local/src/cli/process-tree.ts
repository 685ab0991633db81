import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/**
 * Ends a process and everything it started, at once. A task runner starts each task in another process
 * group, so that no signal to a group reaches them all.
 */
export function killTree(root: number): void {
  signal(root, "SIGSTOP");
  for (let found = descendantsOf(root); found.length > 0; found = descendantsOf(root)) {
    for (const pid of found) signal(pid, "SIGKILL");
  }
  signal(root, "SIGKILL");
}

/** The running descendants, without those that have ended and are not collected yet. */
export function descendantsOf(root: number): number[] {
  const processes = process.platform === "linux" ? fromProc() : fromPs();
  const found = new Set([root]);
  for (let size = 0; size < found.size; ) {
    size = found.size;
    for (const { pid, parent } of processes) if (found.has(parent)) found.add(pid);
  }
  found.delete(root);
  return [...found];
}

interface ProcessEntry {
  pid: number;
  parent: number;
}

function fromProc(): ProcessEntry[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        return state === "Z" ? [] : [{ pid: Number(name), parent: Number(parent) }];
      } catch {
        return [];
      }
    });
}

function fromPs(): ProcessEntry[] {
  const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,ppid=,stat="], { encoding: "utf8" });
  return stdout.split("\n").flatMap((line) => {
    const [pid, parent, state = "Z"] = line.trim().split(/\s+/);
    return state.startsWith("Z") ? [] : [{ pid: Number(pid), parent: Number(parent) }];
  });
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // it has ended meanwhile
  }
}
