import { type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import { Server } from "node:net";
import { text } from "node:stream/consumers";

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface PageRequest {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** Sends a request with any `Host`, `Origin` and `Sec-Fetch-Site`, which `fetch` does not allow. */
export async function send(
  endpoint: string,
  { method = "GET", path = "/", headers = {}, body }: PageRequest,
) {
  const { hostname, port } = new URL(endpoint);
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request({ hostname, port, method, path, headers, agent: false }, resolve).on("error", reject).end(body);
  const response = await promise;
  const answer: Answer = {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: await text(response),
  };
  return answer;
}

/** Headers that a browser sends for pages of other sites, each with the attack. */
export const STRANGE_PAGES: readonly (readonly [attack: string, headers: Record<string, string>])[] = [
  ["DNS rebinding", { host: "uploads.evil.example" }],
  ["DNS rebinding to a name that begins as ours", { host: "localhost.evil.example:4566" }],
  ["a name that ends as ours", { host: "evillocalhost" }],
  ["the address of all interfaces", { host: "0.0.0.0:4566" }],
  ["a script or a form of another site", { origin: "https://evil.example" }],
  ["a page of another port", { origin: "http://localhost:8080", "sec-fetch-site": "same-site" }],
  ["a sandboxed frame or a local file", { origin: "null" }],
  ["an image, a link or a frame of another site", { "sec-fetch-site": "cross-site" }],
  [
    "the same with its address",
    { "sec-fetch-site": "cross-site", referer: "https://evil.example/a?http://localhost:3000" },
  ],
];

/** Returns the endpoints of servers that listen. */
export function endpointsOf(servers: readonly unknown[]): string[] {
  const ports = servers.flatMap((server) => {
    const address = server instanceof Server ? server.address() : null;
    return address !== null && typeof address === "object" ? [address.port] : [];
  });
  return [...new Set(ports)].map((port) => `http://127.0.0.1:${port}`);
}
