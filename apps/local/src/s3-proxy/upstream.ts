import {
  Agent,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
  request as send,
} from "node:http";
import { pipeline } from "node:stream/promises";

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
/** No answer that is read as a whole is larger; they hold an error, an eTag or a list of deleted keys. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

/** An answer read to its end. */
export interface Answer {
  status: number;
  headers: OutgoingHttpHeaders;
  body: Buffer;
}

/** A client's request and where its answer goes. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
}

/** The services behind the proxy. A client that hangs up ends its request there too. */
export interface Upstream {
  /** Sends a request on and gives the answer back as it comes. */
  pass(exchange: Exchange): Promise<void>;
  /** Sends a request on, with its own body or the one given, and reads the whole answer, which the caller gives back. */
  ask(exchange: Exchange, body?: Buffer): Promise<Answer>;
  close(): void;
}

/** @param endpoint such as `http://127.0.0.1:4567` */
export function httpUpstream(endpoint: string): Upstream {
  const { hostname, port } = new URL(endpoint);
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 64 });

  async function answerTo({ request, response }: Exchange, body?: Buffer): Promise<IncomingMessage> {
    const { method, url: path } = request;
    const headers: OutgoingHttpHeaders = {
      ...ownHeaders(request.headers),
      ...(body && { "content-length": body.length }),
    };
    const outgoing = send({ agent, hostname, port, method, path, headers });
    const { promise: answered, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    outgoing.once("response", resolve).once("error", reject);
    response.once("close", () => response.writableFinished || outgoing.destroy());
    if (body) outgoing.end(body);
    else pipeline(request, outgoing).catch(reject);
    return answered;
  }

  return {
    async pass(exchange) {
      const { response } = exchange;
      const answer = await answerTo(exchange);
      response.writeHead(answer.statusCode ?? 502, ownHeaders(answer.headers));
      await pipeline(answer, response);
    },
    async ask(exchange, body) {
      const answer = await answerTo(exchange, body);
      return {
        status: answer.statusCode ?? 502,
        headers: ownHeaders(answer.headers),
        body: await readBody(answer, MAX_ANSWER_BYTES),
      };
    },
    close: () => agent.destroy(),
  };
}

/** A whole body. @throws {RangeError} when it is longer than allowed */
export async function readBody(message: AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message) {
    length += chunk.length;
    if (length > maxBytes) throw new RangeError(`a body is longer than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** `Expect` is answered by this server itself, so it does not go on either. */
function ownHeaders(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  const out = { ...headers };
  for (const name of HOP_BY_HOP) delete out[name];
  delete out.expect;
  return out;
}
