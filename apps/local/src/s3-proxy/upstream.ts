import {
  Agent,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
  request as send,
} from "node:http";
import { pipeline } from "node:stream/promises";
import { forwardBody } from "../net/forward-body.ts";
import { readBody } from "../net/read-body.ts";
import { toClientType } from "./content-type.ts";
import { servedHeaders } from "./served-object.ts";

/** Headers that belong to one connection and never pass a proxy (RFC 9110, section 7.6.1). */
const HOP_BY_HOP = [
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];
/** Headers by which the services would see a browser; this proxy has decided about it already. */
export const OF_BROWSERS = ["origin", "referer", "sec-fetch-site"];
/** Limit for answers that are read completely: an error, an eTag or a list of deleted keys. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

/** An answer read to its end. */
export interface Answer {
  status: number;
  headers: OutgoingHttpHeaders;
  body: Buffer;
}

/** A client's request and the response to it. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
}

/** The services behind the proxy. */
export interface Upstream {
  /** Forwards a request and streams the answer back. It is cancelled when the client disconnects. */
  pass(exchange: Exchange): Promise<void>;
  /**
   * Forwards a request, with its own body or the given one, and returns the whole answer. Once the body has arrived
   * completely, a client that disconnects does not cancel it: it may already have taken effect.
   */
  ask(exchange: Exchange, body?: Buffer): Promise<Answer>;
  close(): void;
}

/** @param endpoint such as `http://127.0.0.1:4567` */
export function httpUpstream(endpoint: string): Upstream {
  const { hostname, port } = new URL(endpoint);
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 64 });

  function forward({ request }: Exchange, body?: Buffer) {
    const { method, url: path } = request;
    const headers: OutgoingHttpHeaders = {
      ...ownHeaders(request.headers),
      ...(body && { "content-length": body.length }),
    };
    for (const name of OF_BROWSERS) delete headers[name];
    const outgoing = send({ agent, hostname, port, method, path, headers });
    const { promise: answered, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    outgoing.once("response", resolve).on("error", reject);
    if (body) outgoing.end(body);
    else forwardBody(request, outgoing);
    return { outgoing, answered };
  }

  return {
    async pass(exchange) {
      const { response } = exchange;
      const { outgoing, answered } = forward(exchange);
      response.once("close", () => response.writableFinished || outgoing.destroy());
      const answer = await answered;
      const status = answer.statusCode ?? 502;
      const headers = servedHeaders(exchange.request, { status, headers: answerHeaders(answer.headers) });
      response.writeHead(status, headers);
      await pipeline(answer, response);
    },
    async ask(exchange, body) {
      const answer = await forward(exchange, body).answered;
      return {
        status: answer.statusCode ?? 502,
        headers: answerHeaders(answer.headers),
        body: await readBody(answer, MAX_ANSWER_BYTES),
      };
    },
    close: () => agent.destroy(),
  };
}

/** Removes the headers of one connection, and `Expect`, which this server answers itself. */
function ownHeaders(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  const out = { ...headers };
  for (const name of HOP_BY_HOP) delete out[name];
  delete out.expect;
  return out;
}

/** Returns the headers of an answer as the client gets them. */
export function answerHeaders(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  const type = headers["content-type"];
  return ownHeaders(typeof type === "string" ? { ...headers, "content-type": toClientType(type) } : headers);
}
