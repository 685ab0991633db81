import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import type { WhenOver } from "../temporary-folder.ts";

export interface Received {
  method: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

/** An answer to a request; one that does nothing makes the sender wait. */
type Answer = (response: ServerResponse, request: Received) => void;

export const answer =
  (status: number, headers: Record<string, string> = {}): Answer =>
  (response) =>
    void response.writeHead(status, headers).end();

/** An application that receives results: it gives these answers in turn, and then repeats the last one. */
export async function receiver(answers: readonly Answer[], whenOver: WhenOver = onTestFinished) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const { method, headers } = request;
    const one = { method, headers, body: await text(request) };
    const next = answers[Math.min(received.length, answers.length - 1)];
    received.push(one);
    next?.(response, one);
  }).listen(0, "127.0.0.1");
  whenOver(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, "listening");
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  return { url: `http://127.0.0.1:${port}/images`, received };
}

/** Returns a URL at which no server listens. */
export async function closedPort(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return `http://127.0.0.1:${address !== null && typeof address === "object" ? address.port : 0}/`;
}
