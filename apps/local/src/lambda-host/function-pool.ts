import type { FunctionProcess } from "./function-process.ts";
import type { Outcome } from "./outcome.ts";

/** A function that can be invoked: as many invocations at once as it has processes, the others wait. */
export interface FunctionPool {
  readonly concurrency: number;
  invoke(payload: unknown): Promise<Outcome>;
  /** Starts processes until there are so many, but not more than the concurrency. */
  warm(processes: number): void;
  /** Replaces every process: an idle one now, a busy one when its invocation has ended. */
  renew(): void;
  /** Ends every process at once and forever: running invocations fail, waiting and later ones are refused. */
  kill(): void;
  /** The same, and resolves when the processes have ended. */
  close(): Promise<void>;
}

const CLOSED = "the Lambda host is closed";

/** Keeps processes warm and starts more only when all are busy, up to the concurrency. */
export function functionPool(concurrency: number, start: () => FunctionProcess): FunctionPool {
  const processes = new Set<FunctionProcess>();
  const idle: FunctionProcess[] = [];
  const waiting = turns<FunctionProcess>();
  let outdated: ReadonlySet<FunctionProcess> = new Set();
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
    if (outdated.has(process)) process.kill();
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
    warm(wanted) {
      while (!isClosed && processes.size < Math.min(wanted, concurrency)) idle.push(add());
    },
    renew() {
      outdated = new Set(processes);
      for (const process of idle.splice(0)) {
        processes.delete(process);
        process.kill();
      }
    },
    kill,
    async close() {
      kill();
      await Promise.all([...processes].map(({ exited }) => exited));
    },
  };
}

/** A queue of callers that wait for one of a few things, first come, first served. */
interface Turns<Thing> {
  wait(): Promise<Thing>;
  /** Gives a thing to the next caller; returns false, without making one, if none waits. */
  give(make: () => Thing): boolean;
  /** Rejects all waiting callers. */
  refuse(reason: Error): void;
}

function turns<Thing>(): Turns<Thing> {
  const waiting: { resolve(thing: Thing): void; reject(reason: Error): void }[] = [];
  return {
    wait() {
      const turn = Promise.withResolvers<Thing>();
      waiting.push(turn);
      return turn.promise;
    },
    give(make) {
      const next = waiting.shift();
      next?.resolve(make());
      return next !== undefined;
    },
    refuse(reason) {
      for (const turn of waiting.splice(0)) turn.reject(reason);
    },
  };
}
