import { once } from "node:events";
import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { setTimeout } from "node:timers/promises";

/** The share of all requests for each fault. */
export interface FaultShares {
  /** 503 Slow Down, nothing done. */
  slowDown: number;
  /** 409 ConditionalRequestConflict on a conditional write, nothing done. */
  conflict: number;
  /** The connection is cut before the request is passed on. */
  resetBefore: number;
  /** The connection is cut after the request took effect: a lost response. */
  resetAfter: number;
  /** A publish is passed on twice, the second time late. */
  duplicate: number;
  /** Up to this many milliseconds are added to every request. */
  latencyMilliseconds: number;
}

export const NO_FAULTS: FaultShares = {
  slowDown: 0,
  conflict: 0,
  resetBefore: 0,
  resetAfter: 0,
  duplicate: 0,
  latencyMilliseconds: 0,
};

/** Returns true for the requests that may get faults (default: all). */
export type FaultPlace = (request: Pick<IncomingMessage, "method" | "url">) => boolean;

export interface FaultProxy {
  endpoint: string;
  /** The number of faults by kind. */
  counts: Record<string, number>;
  close(): Promise<void>;
}

const LATE_MILLISECONDS = 400;
const ERRORS = {
  slowDown: { status: 503, code: "SlowDown" },
  conflict: { status: 409, code: "ConditionalRequestConflict" },
} as const;

/** Starts a proxy between functions and services that simulates a bad network and a busy service. */
export async function startFaultProxy(
  upstream: () => string,
  shares: FaultShares,
  random: () => number,
  isPlace: FaultPlace = () => true,
): Promise<FaultProxy> {
  const counts: Record<string, number> = {};
  const agent = new Agent({ keepAlive: true });
  const server = createServer((request, response) => {
    serve(request, response).catch(() => request.socket.destroy());
  });

  const strikes = (fault: keyof FaultShares) => {
    if (random() >= shares[fault]) return false;
    counts[fault] = (counts[fault] ?? 0) + 1;
    return true;
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await request.toArray());
    await setTimeout(random() * shares.latencyMilliseconds);
    if (!isPlace(request)) return respond(response, await forward(request, body));
    if (strikes("resetBefore")) return void request.socket.destroy();
    if (strikes("slowDown")) return refuse(response, ERRORS.slowDown);
    if (isConditional(request) && strikes("conflict")) return refuse(response, ERRORS.conflict);
    const answer = await forward(request, body);
    if (isPublish(request, body) && strikes("duplicate")) {
      await setTimeout(random() * LATE_MILLISECONDS);
      await forward(request, body);
    }
    if (strikes("resetAfter")) return void request.socket.destroy();
    respond(response, answer);
  }

  async function forward(request: IncomingMessage, body: Buffer): Promise<Answer> {
    const { method, url, headers } = request;
    const out = httpRequest(new URL(url ?? "/", upstream()), { method, headers, agent });
    out.end(body);
    const [answer]: IncomingMessage[] = await once(out, "response");
    if (!answer) throw new Error("no answer");
    return {
      status: answer.statusCode ?? 502,
      headers: answer.headers,
      body: Buffer.concat(await answer.toArray()),
    };
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    counts,
    async close() {
      server.close().closeAllConnections();
      agent.destroy();
      await once(server, "close");
    },
  };
}

interface Answer {
  status: number;
  headers: IncomingMessage["headers"];
  body: Buffer;
}

function respond(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, headers).end(body);
}

function refuse(response: ServerResponse, { status, code }: (typeof ERRORS)[keyof typeof ERRORS]): void {
  const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>injected</Message></Error>`;
  response.writeHead(status, { "content-type": "application/xml" }).end(body);
}

function isConditional({ method, headers }: IncomingMessage): boolean {
  return method === "PUT" && ("if-match" in headers || "if-none-match" in headers);
}

function isPublish({ method, url }: IncomingMessage, body: Buffer): boolean {
  return method === "POST" && url === "/" && body.includes("Action=Publish");
}
