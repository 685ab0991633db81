import type { ClientRequest, IncomingMessage } from "node:http";

/**
 * Sends a client's body to another server. That request ends together with the last byte, so a client that disconnects
 * afterwards does not cancel it; a client that disconnects earlier does.
 */
export function forwardBody(incoming: IncomingMessage, outgoing: ClientRequest): void {
  const length = Number(incoming.headers["content-length"]);
  let forwarded = 0;
  incoming.on("data", (chunk: Buffer) => {
    if (outgoing.destroyed) return;
    forwarded += chunk.length;
    if (!outgoing.write(chunk)) incoming.pause();
    if (forwarded === length) outgoing.end();
  });
  outgoing.on("drain", () => incoming.resume()).once("close", () => incoming.resume());
  incoming.once("end", () => outgoing.end());
  const cancel = () => {
    if (!outgoing.writableEnded) outgoing.destroy(new Error("the client disconnected"));
  };
  if (incoming.destroyed) cancel();
  else incoming.once("close", cancel);
}
