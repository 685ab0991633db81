import type { ServerResponse } from "node:http";
import { readBody } from "../net/read-body.ts";
import { toFunctionName } from "../topology/topology.ts";
import type { Exchange } from "./upstream.ts";

/** Lambda's limit for an event (docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). */
const MAX_EVENT_BYTES = 1024 * 1024;
const PATH = /^\/2015-03-31\/functions\/([^/?]+)\/invocations\/?(\?.*)?$/;

/** Keeps an event for a function; returns false if there is no such function. */
export type Invoke = (functionName: string, event: unknown) => Promise<boolean>;

/** Returns the function that an Invoke request names; undefined for any other request. */
export function invokedFunction({
  method,
  url = "",
}: Pick<Exchange["request"], "method" | "url">): string | undefined {
  const [, name] = (method === "POST" && PATH.exec(url)) || [];
  return name === undefined ? undefined : toFunctionName(decodeURIComponent(name));
}

/**
 * Answers an asynchronous Invoke, by which an operator sends a failed event back to its function
 * (docs.aws.amazon.com/lambda/latest/api/API_Invoke.html).
 */
export async function answerInvoke(
  { request, response }: Exchange,
  functionName: string,
  invoke: Invoke,
): Promise<void> {
  const body = await readBody(request, MAX_EVENT_BYTES);
  if (request.headers["x-amz-invocation-type"] !== "Event")
    return refuseInvoke(response, 501, "NotImplemented", "only the invocation type Event is supported here");
  const event = parse(body);
  if (event === undefined)
    return refuseInvoke(response, 400, "InvalidRequestContentException", "the payload is not JSON");
  if (!(await invoke(functionName, event)))
    return refuseInvoke(response, 404, "ResourceNotFoundException", `Function not found: ${functionName}`);
  response.writeHead(202).end();
}

function refuseInvoke(response: ServerResponse, status: number, type: string, message: string): void {
  response.writeHead(status, { "content-type": "application/json", "x-amzn-errortype": type });
  response.end(JSON.stringify({ message }));
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
