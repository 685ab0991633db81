import type { FunctionProcess } from "./function-process.ts";
import type { Outcome } from "./outcome.ts";
import { turns } from "./turns.ts";

/** A function that can be invoked: as many at once as it has processes, the rest wait their turn. */
export interface FunctionPool {
  readonly concurrency: number;
  invoke(payload: unknown): Promise<Outcome>;
  /** Ends every process at once and for good: what is under way fails, what waits or comes later is refused. */
  kill(): void;
  /** The same, and resolves when they are gone. */
  close(): Promise<void>;
}

const CLOSED = "the Lambda host is closed";

/** Keeps processes warm and starts more only when all are busy, up to the concurrency. */
export function functionPool(concurrency: number, start: () => FunctionProcess): FunctionPool {
  const processes = new Set<FunctionProcess>();
  const idle: FunctionProcess[] = [];
  const waiting = turns<FunctionProcess>();
  let isClosed = false;

  function take(): FunctionProcess | Promise<FunctionProcess> {
    if (isClosed) throw new Error(CLOSED);
    for (let warm = idle.pop(); warm; warm = idle.pop()) {
      if (warm.isAlive()) return warm;
      processes.delete(warm);
    }
    return processes.size < concurrency ? add() : waiting.wait();
  }
  function add(): FunctionProcess {
    const process = start();
    processes.add(process);
    return process;
  }
  function giveBack(process: FunctionProcess): void {
    if (isClosed) return;
    const alive = process.isAlive();
    if (!alive) processes.delete(process);
    if (!waiting.give(() => (alive ? process : add())) && alive) idle.push(process);
  }
  function kill(): void {
    isClosed = true;
    for (const process of processes) process.kill();
    waiting.refuse(new Error(CLOSED));
  }
  return {
    concurrency,
    async invoke(payload) {
      const process = await take();
      const outcome = await process.invoke(JSON.stringify(payload));
      giveBack(process);
      return outcome;
    },
    kill,
    async close() {
      kill();
      await Promise.all([...processes].map(({ exited }) => exited));
    },
  };
}
