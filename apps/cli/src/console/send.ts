import type { ServerResponse } from "node:http";

export function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  send(response, JSON.stringify(value), { status, type: "application/json; charset=utf-8" });
}

export function sendText(response: ServerResponse, text: string, status = 200): void {
  send(response, text, { status, type: "text/plain; charset=utf-8" });
}

function send(
  response: ServerResponse,
  text: string,
  { status, type }: { status: number; type: string },
): void {
  response.writeHead(status, { "content-type": type, "cache-control": "no-store" });
  response.end(text);
}
