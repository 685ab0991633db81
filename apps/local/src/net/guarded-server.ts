import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from "node:http";
import { toPlainText } from "@image-pipeline/schema/plain-text";
import { type AllowsOrigin, checkBrowser } from "./browser-guard.ts";
import { toXml } from "./xml.ts";

export interface GuardedServerOptions extends Pick<ServerOptions, "requestTimeout" | "keepAliveTimeout"> {
  /** The pages of other sites that may use this server (default: it answers no browser at all). */
  allows?: AllowsOrigin;
  /** True if the listener itself sends the headers by which a page may read the answer (default: false). */
  answersPages?: boolean;
}

/** Headers that keep a browser from running anything that it gets from this machine. */
const SAFE_HEADERS = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
};

/**
 * Makes an HTTP server that refuses requests which another site's page has caused, and whose answers a browser does not
 * run. The local runtime opens no other kind.
 */
export function guardedServer(listener: RequestListener, options: GuardedServerOptions = {}): Server {
  const { allows, answersPages = false, ...serverOptions } = options;
  return createServer(serverOptions, (request, response) => {
    for (const [name, value] of Object.entries(SAFE_HEADERS)) response.setHeader(name, value);
    const verdict = checkBrowser(request, allows);
    if (!verdict.isAllowed) return refuse(request, response, verdict.message);
    if (verdict.page === undefined || answersPages) return listener(request, response);
    allowReading(response, verdict.page);
    if (request.method === "OPTIONS") return answerPreflight(request, response);
    listener(request, response);
  });
}

/** In S3's shape, so that an S3 client shows the message. */
function refuse(request: IncomingMessage, response: ServerResponse, message: string): void {
  request.resume();
  response.writeHead(403, { "content-type": "application/xml" });
  const body = toXml({ Error: { Code: "AccessDenied", Message: toPlainText(message) } });
  response.end(request.method === "HEAD" ? undefined : body);
}

/** Lets the page's scripts read the answer (fetch.spec.whatwg.org/#http-cors-protocol). */
function allowReading(response: ServerResponse, page: string): void {
  response.setHeader("access-control-allow-origin", page);
  response.setHeader("access-control-expose-headers", "ETag, x-amz-request-id");
  response.setHeader("vary", "Origin");
}

/** Answers the question that a browser asks before the page's own request. */
function answerPreflight({ headers }: IncomingMessage, response: ServerResponse): void {
  const asked = headers["access-control-request-headers"];
  response.writeHead(204, {
    "access-control-allow-methods": "GET, HEAD, PUT, POST, DELETE",
    ...(asked !== undefined && { "access-control-allow-headers": asked }),
    ...(headers["access-control-request-private-network"] && {
      "access-control-allow-private-network": "true",
    }),
  });
  response.end();
}
