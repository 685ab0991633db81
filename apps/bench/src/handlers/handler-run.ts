import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { throttle } from "../measure/throttle.ts";

/** What a process of its own does: loads a module, then calls its `handler` with one event after the other. */
export interface HandlerOrder {
  module: string;
  events: readonly unknown[];
}

/** CPU and wall-clock milliseconds, from the process's own start for the load, from its beginning for each event. */
export interface HandlerTimes {
  load: { cpu: number; wall: number };
  events: { cpu: number; wall: number; logBytes: number }[];
}

/**
 * Runs a handler in a new process, as a new execution environment would.
 *
 * @param share of a CPU that it gets, from 0 to 1
 * @throws {Error} when a handler fails: a time for work not done would be worse than none
 */
export async function runHandler(
  order: HandlerOrder,
  environment: Record<string, string>,
  { share = 1 }: { share?: number } = {},
): Promise<HandlerTimes> {
  const child = fork(join(import.meta.dirname, "run-handler.ts"), [JSON.stringify(order)], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const release = share < 1 && child.pid !== undefined ? throttle(child.pid, share) : () => {};
  let said = "";
  const listen = (text: unknown) => {
    said += text;
  };
  // The handler logs why it gave a message back to standard output.
  child.stdout?.on("data", listen);
  child.stderr?.on("data", listen);
  let times: HandlerTimes | undefined;
  child.on("message", (message: HandlerTimes) => {
    times = message;
  });
  await once(child, "close");
  release();
  if (!times) throw new Error(`${order.module} did not answer: ${said.trim()}`);
  return times;
}
