import type { Server } from "node:http";
import { UserFault } from "@image-pipeline/schema/user-fault";

/**
 * Opens a server on the first free port; only this machine can connect.
 *
 * @param ports 0 for any free one
 * @returns its address as a URL
 * @throws {UserFault} when the last of them is in use as well, or may not be opened
 */
export async function listen(server: Server, [port = 0, ...others]: readonly number[]): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject).listen(port, "127.0.0.1", resolve);
  try {
    await promise;
  } catch (error) {
    if (others.length > 0) return listen(server, others);
    const isTaken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
    throw new UserFault(
      `port ${port} ${isTaken ? "is in use: stop the process that uses it, or choose another with --port" : `cannot be opened: ${error}`}`,
    );
  }
  server.removeListener("error", reject);
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return `http://127.0.0.1:${address.port}`;
}
