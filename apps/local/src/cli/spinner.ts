import type { Clock } from "../clock.ts";
import type { Terminal } from "./terminal.ts";

const FRAMES = [..."⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"];
const TICK_MILLISECONDS = 100;

interface SpinnerParts {
  terminal: Pick<Terminal, "status" | "isRedrawn">;
  clock: Clock;
}

/** Shows the running step with its seconds, on a terminal only, until the task has ended. @returns the task */
export async function spinWhile<T>(
  task: Promise<T>,
  step: () => string,
  { terminal, clock }: SpinnerParts,
): Promise<T> {
  const ended = new AbortController();
  if (terminal.isRedrawn) void spin(step, { terminal, clock }, ended.signal);
  try {
    return await task;
  } finally {
    ended.abort();
    terminal.status(undefined);
  }
}

async function spin(step: () => string, { terminal, clock }: SpinnerParts, ended: AbortSignal) {
  const start = clock.now();
  for (let tick = 0; !ended.aborted; tick++) {
    const seconds = Math.floor((clock.now() - start) / 1000);
    terminal.status(`${FRAMES[tick % FRAMES.length]} ${step()} (${seconds} s)`);
    await clock.sleep(TICK_MILLISECONDS, ended);
  }
}
