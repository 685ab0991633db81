import { createHash } from "node:crypto";
import { runInNewContext } from "node:vm";
import { z } from "zod";

const Values = z.record(z.string(), z.object({ value: z.string() }));
const EdgeRequest = z.object({ method: z.string(), uri: z.string(), querystring: Values, headers: Values });
const EdgeResponse = z.object({
  statusCode: z.number(),
  headers: Values,
  body: z.object({ encoding: z.literal("text"), data: z.string() }).optional(),
});
export type EdgeRequest = z.infer<typeof EdgeRequest>;
export type EdgeResponse = z.infer<typeof EdgeResponse>;

/** The result of a viewer-request function: the request for the cache, or an answer without the cache. */
type Answer = { request: EdgeRequest; response?: never } | { request?: never; response: EdgeResponse };

/** Parses an address as CloudFront's event has it: the path as it was sent, and values of the query not decoded. */
export function edgeRequest(
  address: string,
  headers: Record<string, string> = {},
  method = "GET",
): EdgeRequest {
  const [uri = "", query = ""] = address.split("?");
  const pairs = query === "" ? [] : query.split("&").map((pair) => pair.split("="));
  return {
    method,
    uri,
    querystring: Object.fromEntries(pairs.map(([name = "", value = ""]) => [name, { value }])),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, { value }])),
  };
}

/** Runs the text of a viewer-request function with the modules and globals that the runtime has, and no others. */
export function runViewerRequest(code: string, request: EdgeRequest): Answer {
  const result = run(code, { version: "1.0", request });
  const isAnswer = typeof result === "object" && result !== null && "statusCode" in result;
  return isAnswer ? { response: EdgeResponse.parse(result) } : { request: EdgeRequest.parse(result) };
}

/** Runs the text of a viewer-response function. */
export function runViewerResponse(code: string, request: EdgeRequest, response: EdgeResponse): EdgeResponse {
  return EdgeResponse.parse(run(code, { version: "1.0", request, response }));
}

function run(code: string, event: object): unknown {
  const modules: Record<string, unknown> = { crypto: { createHash } };
  const context = { event: structuredClone(event), require: (name: string) => modules[name] };
  return structuredClone(runInNewContext(`${code}\nhandler(event)`, context));
}
