import { createHash, createHmac } from "node:crypto";
import { Script } from "node:vm";
import { z } from "zod";
import type { EdgeFunction } from "../topology/distribution.ts";

const Values = z.record(z.string(), z.looseObject({ value: z.string() }));
export type Values = z.infer<typeof Values>;

/** A request as CloudFront's functions see it: the path as it was sent, values of the query not decoded. */
const EdgeRequest = z.object({
  method: z.string(),
  uri: z.string().startsWith("/"),
  querystring: Values,
  headers: Values,
  cookies: Values,
});
export type EdgeRequest = z.infer<typeof EdgeRequest>;

const EdgeResponse = z.object({
  statusCode: z.int().min(100).max(599),
  headers: Values.default({}),
  body: z
    .union([z.string(), z.object({ encoding: z.enum(["text", "base64"]), data: z.string() })])
    .optional(),
});
export type EdgeResponse = z.infer<typeof EdgeResponse>;

/** The part of an event that is about the distribution and the viewer. */
export interface EventContext {
  distributionId: string;
  distributionDomainName: string;
  requestId: string;
  viewerIp: string;
}

/** A function that is stopped after this time. CloudFront stops one after about a millisecond of CPU. */
const TIMEOUT_MILLISECONDS = 1000;
const MODULES: Readonly<Record<string, unknown>> = { crypto: { createHash, createHmac } };

/** A CloudFront Function that runs in this process, without Node.js's own modules and globals. */
export interface RunningFunction {
  /** Returns the request for the cache, or an answer without the cache. */
  onRequest(request: EdgeRequest, context: EventContext): Promise<EdgeRequest | EdgeResponse>;
  onResponse(response: EdgeResponse, request: EdgeRequest, context: EventContext): Promise<EdgeResponse>;
}

/** Prepares the code of a function with the events of cloudfront-js-2.0 (docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html). */
export function runningFunction({ name, code }: EdgeFunction): RunningFunction {
  const script = new Script(`${code}\nhandler(event)`, { filename: `${name}.js` });
  async function run(
    eventType: string,
    { viewerIp, ...context }: EventContext,
    parts: object,
  ): Promise<unknown> {
    const event = { version: "1.0", context: { ...context, eventType }, viewer: { ip: viewerIp }, ...parts };
    const sandbox = {
      event: structuredClone(event),
      require: requireModule,
      console: { log: () => undefined, error: () => undefined },
    };
    return structuredClone(await script.runInNewContext(sandbox, { timeout: TIMEOUT_MILLISECONDS }));
  }
  return {
    async onRequest(request, context) {
      const result = await run("viewer-request", context, { request });
      const isAnswer = typeof result === "object" && result !== null && "statusCode" in result;
      return isAnswer ? EdgeResponse.parse(result) : EdgeRequest.parse(result);
    },
    onResponse: async (response, request, context) =>
      EdgeResponse.parse(await run("viewer-response", context, { request, response })),
  };
}

function requireModule(name: string): unknown {
  if (Object.hasOwn(MODULES, name)) return MODULES[name];
  throw new Error(`cannot find module "${name}": the local runtime has ${Object.keys(MODULES).join(", ")}`);
}
