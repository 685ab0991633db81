import { type IncomingMessage, type RequestListener, ServerResponse } from "node:http";
import { servedHeaders } from "./served-object.ts";
import { type Answer, answerHeaders, OF_BROWSERS, type Upstream } from "./upstream.ts";

/**
 * Returns the services of this process behind the proxy. They get the client's own request, and their answer is held in memory,
 * as every object's body is anyway: no body crosses another socket.
 *
 * @param listener of the services' HTTP server
 * @param http the same services by HTTP, for a request whose body was read before
 */
export function localUpstream(listener: RequestListener, http: Upstream): Upstream {
  async function ask(request: IncomingMessage): Promise<Answer> {
    for (const name of OF_BROWSERS) delete request.headers[name];
    const response = new HeldResponse(request);
    listener(request, response);
    const { status, headers, body } = await response.answered;
    return { status, headers: answerHeaders(headers), body };
  }
  return {
    async pass({ request, response }) {
      const left = Promise.withResolvers<undefined>();
      response.once("close", () => left.resolve(undefined));
      // A client that waits for messages may disconnect long before there are any.
      const answer = await Promise.race([ask(request), left.promise]);
      if (answer === undefined) return;
      response.writeHead(answer.status, servedHeaders(request, answer));
      response.end(answer.body);
      await left.promise;
    },
    ask: (exchange, body) => (body ? http.ask(exchange, body) : ask(exchange.request)),
    close: http.close,
  };
}

/** A response that is kept, not sent. */
class HeldResponse extends ServerResponse {
  readonly #answered = Promise.withResolvers<Answer>();
  readonly answered = this.#answered.promise;
  readonly #chunks: Uint8Array[] = [];

  override write(chunk: unknown): boolean {
    if (typeof chunk === "string") this.#chunks.push(Buffer.from(chunk));
    else if (chunk instanceof Uint8Array) this.#chunks.push(chunk);
    return true;
  }

  override writeHead(status: number, headers: unknown): this {
    this.statusCode = status;
    for (const [name, value] of Object.entries(headers ?? {})) this.setHeader(name, value);
    return this;
  }

  override end(chunk?: unknown): this {
    this.write(chunk);
    const [only = Buffer.alloc(0), ...others] = this.#chunks;
    const body =
      others.length === 0
        ? Buffer.from(only.buffer, only.byteOffset, only.length)
        : Buffer.concat(this.#chunks);
    this.#answered.resolve({ status: this.statusCode, headers: this.getHeaders(), body });
    super.end();
    this.emit("finish");
    return this;
  }
}
