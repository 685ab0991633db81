import { Socket } from "node:net";

/**
 * Ends the function's process when the host at the other end of its standard input has ended for any reason. It runs in
 * another thread, so that a handler that blocks does not block it.
 */
new Socket({ fd: 0 }).on("error", end).on("close", end).resume();

function end(): void {
  process.kill(process.pid, "SIGKILL");
}
