import { z } from "zod";
import type { Outcome } from "../lambda-host/outcome.ts";
import { LOCAL_ACCOUNT_ID } from "../topology/topology.ts";
import type { OriginAnswer } from "./edge-cache.ts";
import type { EdgeRequest } from "./edge-function.ts";

/** The answer of a function behind its URL (docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload). */
const UrlAnswer = z.object({
  statusCode: z.int().min(100).max(599),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  body: z.string().default(""),
  isBase64Encoded: z.boolean().default(false),
});

export interface FunctionOriginPorts {
  invoke(functionName: string, event: unknown): Promise<Outcome>;
  region: string;
  now(): number;
}

/** Calls a function by its URL, with the headers that the cache policy sends. */
export async function callFunction(
  { functionName, urlId, request }: { functionName: string; urlId: string; request: EdgeRequest },
  ports: FunctionOriginPorts,
): Promise<OriginAnswer> {
  const outcome = await ports.invoke(functionName, toUrlEvent(request, urlId, ports));
  return outcome.ok ? toAnswer(outcome.payload) : FAILED;
}

/** A function URL's answer to an error of the function. */
const FAILED: OriginAnswer = {
  status: 502,
  headers: { "content-type": "application/json" },
  body: Buffer.from('{"Message":"Internal Server Error"}'),
};

function toAnswer(payload: unknown): OriginAnswer {
  const parsed = UrlAnswer.safeParse(payload);
  if (!parsed.success) {
    const body = Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload ?? null));
    return { status: 200, headers: { "content-type": "application/json" }, body };
  }
  const { statusCode, headers, body, isBase64Encoded } = parsed.data;
  return {
    status: statusCode,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
    ),
    body: Buffer.from(body, isBase64Encoded ? "base64" : "utf8"),
  };
}

/** Returns the event of payload format 2.0. */
function toUrlEvent(
  { method, uri, headers }: EdgeRequest,
  urlId: string,
  { region, now }: Pick<FunctionOriginPorts, "region" | "now">,
) {
  const domainName = `${urlId}.lambda-url.${region}.on.aws`;
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: uri,
    rawQueryString: "",
    headers: {
      host: domainName,
      via: "1.1 local.cloudfront.net (CloudFront)",
      ...Object.fromEntries(Object.entries(headers).map(([name, { value }]) => [name, value])),
    },
    requestContext: {
      accountId: LOCAL_ACCOUNT_ID,
      apiId: urlId,
      domainName,
      domainPrefix: urlId,
      http: {
        method,
        path: uri,
        protocol: "HTTP/1.1",
        sourceIp: "127.0.0.1",
        userAgent: "Amazon CloudFront",
      },
      requestId: crypto.randomUUID(),
      routeKey: "$default",
      stage: "$default",
      time: new Date(now()).toISOString(),
      timeEpoch: now(),
    },
    isBase64Encoded: false,
  };
}
