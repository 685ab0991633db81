import { existsSync, readdirSync, readFileSync } from "node:fs";

/** Lambda gives a function its share of a CPU in periods of about this length. */
const PERIOD_MILLISECONDS = 20;

/**
 * Holds a process and its children to a share of one CPU, as Lambda does below 1,769 MB: what they use beyond it in one period they
 * are stopped for in the next. Works on Linux only.
 *
 * @param share from 0 to 1
 * @returns a function that ends it
 */
export function throttle(pid: number, share: number): () => void {
  let allowed = cpuMilliseconds(pid);
  let at = performance.now();
  let isStopped = false;
  const timer = setInterval(() => {
    const now = performance.now();
    allowed += (now - at) * share;
    at = now;
    const used = cpuMilliseconds(pid);
    // Unused time is lost, as it is in Lambda.
    allowed = Math.min(allowed, used + PERIOD_MILLISECONDS * share);
    const mustStop = used > allowed;
    if (mustStop !== isStopped) signal(pid, mustStop ? "SIGSTOP" : "SIGCONT");
    isStopped = mustStop;
  }, PERIOD_MILLISECONDS / 4);
  return () => {
    clearInterval(timer);
    signal(pid, "SIGCONT");
  };
}

/** The CPU time of all threads of a process and of its children. */
export function cpuMilliseconds(pid: number): number {
  const threads = family(pid).flatMap((one) =>
    listed(`/proc/${one}/task`).map((task) => `/proc/${one}/task/${task}`),
  );
  return threads.reduce((sum, thread) => sum + Number(read(`${thread}/schedstat`).split(" ")[0]) / 1e6, 0);
}

function signal(pid: number, name: "SIGSTOP" | "SIGCONT"): void {
  for (const one of family(pid))
    try {
      process.kill(one, name);
    } catch {
      // It has ended.
    }
}

function family(pid: number): number[] {
  return [pid, ...(read(`/proc/${pid}/task/${pid}/children`).match(/\d+/g) ?? []).map(Number)];
}

function listed(folder: string): string[] {
  try {
    return existsSync(folder) ? readdirSync(folder) : [];
  } catch {
    return [];
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}
