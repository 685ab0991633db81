import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { guardedServer } from "../net/guarded-server.ts";
import { listen } from "../net/listen.ts";
import { readBody } from "../net/read-body.ts";

/** Lambda's limit for a synchronous answer. */
const MAX_ANSWER_BYTES = 6 * 1024 * 1024;

export interface Invocation {
  requestId: string;
  functionArn: string;
  /** Milliseconds since 1970. */
  deadline: number;
  payload: string;
}

/** One execution environment's side of the Runtime API. */
export interface Environment {
  /** Called when the runtime asks for work; resolves when there is some. */
  next(): Promise<Invocation>;
  answered(requestId: string, body: string): void;
  failed(requestId: string, body: string): void;
  initFailed(body: string): void;
}

/** Lambda's Runtime API on a loopback port. */
export interface RuntimeApi {
  /** @returns the environment's AWS_LAMBDA_RUNTIME_API; each one has another path */
  register(environment: Environment): string;
  unregister(address: string): void;
  close(): Promise<void>;
}

export async function startRuntimeApi(): Promise<RuntimeApi> {
  const environments = new Map<string, Environment>();
  const server = guardedServer(
    (request, response) => {
      const [, token = "", , ...path] = (request.url ?? "").split("/");
      const environment = environments.get(token);
      if (!environment) return end(response, 404);
      serve(environment, path, request, response).catch(() => end(response, 500));
    },
    { requestTimeout: 0 },
  );
  server.keepAliveTimeout = 0;
  const { host } = new URL(await listen(server, [0]));
  return {
    register(environment) {
      const token = randomUUID();
      environments.set(token, environment);
      return `${host}/${token}`;
    },
    unregister: (address) => void environments.delete(address.split("/")[1] ?? ""),
    async close() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      await closed.promise;
    },
  };
}

/** @param path of the request after the version: `runtime/invocation/next` and so on */
async function serve(
  environment: Environment,
  path: string[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, kind, id = "", verb] = path;
  if (request.method === "GET" && kind === "invocation" && id === "next") {
    return give(response, await environment.next());
  }
  const body = await readBody(request, MAX_ANSWER_BYTES).then(String, () => undefined);
  if (body === undefined) {
    environment.failed(
      id,
      JSON.stringify({ errorType: "Function.ResponseSizeTooLarge", errorMessage: "the answer is over 6 MB" }),
    );
    return end(response, 413);
  }
  if (kind === "init") environment.initFailed(body);
  else if (verb === "response") environment.answered(id, body);
  else if (verb === "error") environment.failed(id, body);
  else return end(response, 404);
  end(response, 202);
}

function give(response: ServerResponse, { requestId, functionArn, deadline, payload }: Invocation): void {
  response.writeHead(200, {
    "content-type": "application/json",
    "lambda-runtime-aws-request-id": requestId,
    "lambda-runtime-deadline-ms": String(deadline),
    "lambda-runtime-invoked-function-arn": functionArn,
  });
  response.end(payload);
}

function end(response: ServerResponse, status: number): void {
  if (!response.headersSent) response.writeHead(status, { "content-type": "application/json" });
  response.end("{}");
}
