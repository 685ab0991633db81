import { Socket } from "node:net";

/**
 * Ends the function's process when the host at the other end of its standard input is gone, however that ended and
 * whatever the handler is doing: a thread of its own is not held up by a handler that never yields.
 */
new Socket({ fd: 0 }).on("error", end).on("close", end).resume();

function end(): void {
  process.kill(process.pid, "SIGKILL");
}
