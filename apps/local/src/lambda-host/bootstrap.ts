import { existsSync } from "node:fs";
import { Agent, type IncomingMessage, request } from "node:http";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import { Worker } from "node:worker_threads";

/**
 * The program of a function's process: it loads the handler and gets invocations from the Runtime API, one after the
 * other (docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html). It imports no other file of this package.
 */
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const api = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`;

interface Answer {
  headers: IncomingMessage["headers"];
  body: string;
}

function call(method: "GET" | "POST", path: string, body?: string): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const outgoing = request(`${api}/${path}`, { method, agent }, (response) => {
    const chunks: Buffer[] = [];
    response.on("data", (chunk: Buffer) => chunks.push(chunk)).on("error", reject);
    response.on("end", () => {
      resolve({ headers: response.headers, body: Buffer.concat(chunks).toString() });
    });
  });
  outgoing.on("error", reject).end(body);
  return promise;
}

/** Loads `FILE.EXPORT` as Lambda does: the file may be in a folder below the task root. */
async function loadHandler(handler: string): Promise<(event: unknown, context: object) => unknown> {
  const dot = handler.lastIndexOf(".");
  const base = `${process.env.LAMBDA_TASK_ROOT}/${handler.slice(0, dot)}`;
  const file = [".js", ".mjs", ".cjs"].map((extension) => base + extension).find((path) => existsSync(path));
  if (!file)
    throw Object.assign(new Error(`Cannot find module '${handler.slice(0, dot)}'`), {
      name: "Runtime.ImportModuleError",
    });
  const module = await import(pathToFileURL(file).href);
  const name = handler.slice(dot + 1);
  const found: unknown = module[name] ?? module.default?.[name];
  if (typeof found === "function") return (event, context) => found(event, context);
  throw Object.assign(new Error(`${handler} is undefined or not exported`), {
    name: "Runtime.HandlerNotFound",
  });
}

function toContext({ headers }: Answer) {
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  const { env } = process;
  return {
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

function toError(error: unknown): string {
  if (!(error instanceof Error))
    return JSON.stringify({ errorType: typeof error, errorMessage: String(error), trace: [] });
  return JSON.stringify({
    errorType: error.name,
    errorMessage: error.message,
    trace: (error.stack ?? "").split("\n"),
  });
}

/** Writes an error with its stack to the log; its message may have come from an uploader. */
async function log(error: unknown): Promise<void> {
  // Only now, so that no start waits for it.
  const { toPlainLines, writeLines } = await import("@image-pipeline/schema/plain-text");
  writeLines(process.stderr, toPlainLines(inspect(error)));
}

async function main(): Promise<void> {
  new Worker(new URL("./watchdog.ts", import.meta.url)).unref();
  const handler = await loadHandler(process.env._HANDLER ?? "").catch(async (error) => {
    await log(error);
    await call("POST", "init/error", toError(error));
    process.exit(1);
  });
  for (;;) {
    const invocation = await call("GET", "invocation/next");
    const id = invocation.headers["lambda-runtime-aws-request-id"];
    try {
      const result = await handler(JSON.parse(invocation.body), toContext(invocation));
      await call("POST", `invocation/${id}/response`, JSON.stringify(result ?? null));
    } catch (error) {
      await log(error);
      await call("POST", `invocation/${id}/error`, toError(error));
    }
  }
}

await main();
