import type { FunctionProcess } from "./function-process.ts";
import type { Outcome } from "./outcome.ts";

/** A function that can be invoked: as many at once as it has processes, the rest wait their turn. */
export interface FunctionPool {
  readonly concurrency: number;
  invoke(payload: unknown): Promise<Outcome>;
  /** Ends every process at once and for good: what is under way fails, what waits or comes later is refused. */
  kill(): void;
}

/** Keeps processes warm and starts more only when all are busy, up to the concurrency. */
export function functionPool(concurrency: number, start: () => FunctionProcess): FunctionPool {
  const processes = new Set<FunctionProcess>();
  const idle: FunctionProcess[] = [];
  const waiting: { resolve(process: FunctionProcess): void; reject(reason: Error): void }[] = [];
  const closed = new Error("the Lambda host is closed");
  let isClosed = false;

  function take(): FunctionProcess | Promise<FunctionProcess> {
    if (isClosed) throw closed;
    for (let warm = idle.pop(); warm; warm = idle.pop()) {
      if (warm.isAlive()) return warm;
      processes.delete(warm);
    }
    if (processes.size < concurrency) return add();
    const turn = Promise.withResolvers<FunctionProcess>();
    waiting.push(turn);
    return turn.promise;
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
    const next = waiting.shift();
    if (next) next.resolve(alive ? process : add());
    else if (alive) idle.push(process);
  }

  return {
    concurrency,
    async invoke(payload) {
      const process = await take();
      const outcome = await process.invoke(JSON.stringify(payload));
      giveBack(process);
      return outcome;
    },
    kill() {
      isClosed = true;
      for (const process of processes) process.kill();
      for (const turn of waiting.splice(0)) turn.reject(closed);
    },
  };
}
