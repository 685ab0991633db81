import { toXml } from "../net/xml.ts";
import { isLike } from "../topology/bucket-policy.ts";
import type { Behaviour, Distribution, Origin } from "../topology/distribution.ts";
import type { Copy, EdgeCache, OriginAnswer } from "./edge-cache.ts";
import {
  type EdgeRequest,
  type EdgeResponse,
  type EventContext,
  type RunningFunction,
  runningFunction,
} from "./edge-function.ts";
import { lifetimeOf } from "./freshness.ts";
import { withPolicy } from "./response-headers.ts";
import { checkSignature, withoutSignature } from "./signed-access.ts";

/** A viewer's request. Header names are lower-case. */
export interface ViewerRequest {
  method: string;
  /** The whole address, its path and query as they were sent. */
  url: string;
  headers: Readonly<Record<string, string>>;
  ip: string;
}

export interface DistributionPorts {
  cache: EdgeCache;
  /** Asks an origin. */
  ask(origin: Origin, request: EdgeRequest): Promise<OriginAnswer>;
  now(): number;
  onError(error: unknown): void;
}

/** Answers requests as a distribution does: behaviour, signature, function, cache, origin, function, headers. */
export function distributionServer(distribution: Distribution, ports: DistributionPorts) {
  const behaviours = distribution.behaviours.map((behaviour) => ({
    behaviour,
    functions: functionsOf(behaviour),
  }));
  return async (viewer: ViewerRequest): Promise<OriginAnswer> => {
    const { pathname } = new URL(viewer.url);
    const found = behaviours.find(({ behaviour }) => isMatch(pathname, behaviour.pathPattern));
    if (!found) return denied("AccessDenied", "no behaviour takes this path");
    const answer = await answerFor(viewer, found, { ...ports, distribution }).catch((error: unknown) => {
      ports.onError(error);
      return text(503, "The request could not be answered: the terminal of the local runtime has the error.");
    });
    return { ...answer, headers: withPolicy(answer.headers, found.behaviour.headers, viewer) };
  };
}

interface Prepared {
  behaviour: Behaviour;
  functions: { request: RunningFunction | null; response: RunningFunction | null };
}

function functionsOf({ viewerRequest, viewerResponse }: Behaviour): Prepared["functions"] {
  return {
    request: viewerRequest && runningFunction(viewerRequest),
    response: viewerResponse && runningFunction(viewerResponse),
  };
}

function isMatch(pathname: string, pattern: string): boolean {
  return isLike(pathname, pattern.startsWith("/") || pattern.startsWith("*") ? pattern : `/${pattern}`);
}

type Parts = DistributionPorts & { distribution: Distribution };

async function answerFor(
  viewer: ViewerRequest,
  { behaviour, functions }: Prepared,
  ports: Parts,
): Promise<OriginAnswer> {
  if (!behaviour.methods.includes(viewer.method))
    return denied("AccessDenied", "This distribution is not configured to allow the HTTP request method");
  const request = toEdgeRequest(viewer, ports.distribution);
  const denial = denialOf(viewer, request, behaviour, ports.now());
  if (denial) return denied(denial.code, denial.message);
  const context = toContext(viewer, ports.distribution);
  const changed = (await functions.request?.onRequest(request, context)) ?? request;
  if ("statusCode" in changed) return toAnswer(changed);
  const { copy, isHit } = await readThrough(changed, behaviour, ports);
  const served = withAge(copy, { isHit, now: ports.now() });
  // CloudFront runs no function for an origin's error.
  if (functions.response === null || served.status >= 400) return served;
  const { statusCode, headers } = await functions.response.onResponse(
    { statusCode: served.status, headers: toValues(served.headers) },
    changed,
    context,
  );
  return { status: statusCode, headers: fromValues(headers), body: served.body };
}

function denialOf(
  { url, ip }: ViewerRequest,
  { cookies }: EdgeRequest,
  { trustedKeys }: Behaviour,
  now: number,
) {
  if (trustedKeys === null) return undefined;
  return checkSignature({ url, ip, now, cookies: fromValues(cookies) }, trustedKeys);
}

/** Reads by the cache. CloudFront sends OPTIONS to the origin each time. */
async function readThrough(request: EdgeRequest, { cache: policy, origin }: Behaviour, ports: Parts) {
  const sent = policy.headers.map((name) => [name, request.headers[name]] as const);
  const headers = Object.fromEntries(sent.flatMap(([name, value]) => (value ? [[name, value]] : [])));
  const values = sent.map(([, value]) => value?.value ?? null);
  const key = JSON.stringify([request.uri, values]);
  const method = request.method === "OPTIONS" ? "OPTIONS" : "GET";
  const toOrigin = { ...request, method, headers, querystring: {}, cookies: {} };
  if (method === "OPTIONS") {
    const now = ports.now();
    const answer = await ports.ask(origin, toOrigin);
    return { copy: { ...answer, storedAt: now, freshUntil: now, staleUntil: now }, isHit: false };
  }
  return ports.cache.read({ key, path: request.uri }, async (): Promise<Copy> => {
    const answer = await ports.ask(origin, toOrigin);
    const { freshSeconds, staleSeconds } = lifetimeOf(answer, policy, ports.distribution.errorSeconds);
    const storedAt = ports.now();
    const freshUntil = storedAt + freshSeconds * 1000;
    return { ...answer, storedAt, freshUntil, staleUntil: freshUntil + staleSeconds * 1000 };
  });
}

/** Adds the headers that tell a cached answer from a new one. */
function withAge({ status, headers, body, storedAt }: Copy, { isHit, now }: { isHit: boolean; now: number }) {
  const via = "1.1 local.cloudfront.net (CloudFront)";
  if (!isHit) {
    const xCache = status >= 400 ? "Error from cloudfront" : "Miss from cloudfront";
    return { status, body, headers: { ...headers, via, "x-cache": xCache } };
  }
  const age = String(Math.floor((now - storedAt) / 1000));
  return { status, body, headers: { ...headers, via, age, "x-cache": "Hit from cloudfront" } };
}

/** Returns the event's request. The signature of a URL, and headers that functions do not see, are not in it. */
function toEdgeRequest(
  { method, url, headers }: ViewerRequest,
  { defaultRootObject }: Distribution,
): EdgeRequest {
  const [path = "", query = ""] = withoutSignature(url)
    .replace(/^https?:\/\/[^/]*/, "")
    .split("?");
  const { cookie = "", ...others } = headers;
  return {
    method,
    uri: path === "/" && defaultRootObject !== null ? `/${defaultRootObject}` : path,
    querystring: toPairs(query, "&"),
    headers: toValues(others),
    cookies: toPairs(cookie, ";"),
  };
}

function toPairs(value: string, separator: string): EdgeRequest["querystring"] {
  const pairs = value.split(separator).map((pair) => /^\s*([^=]*)=?(.*)$/s.exec(pair) ?? []);
  return Object.fromEntries(
    pairs.flatMap(([, name = "", text = ""]) => (name === "" ? [] : [[name, { value: text }]])),
  );
}

function toContext({ ip }: ViewerRequest, { id, domainName }: Distribution): EventContext {
  return {
    distributionId: id,
    distributionDomainName: domainName,
    requestId: crypto.randomUUID(),
    viewerIp: ip,
  };
}

function toAnswer({ statusCode, headers, body = "" }: EdgeResponse): OriginAnswer {
  const { encoding, data } = typeof body === "string" ? { encoding: "text", data: body } : body;
  return {
    status: statusCode,
    headers: { ...fromValues(headers), "x-cache": "FunctionGeneratedResponse from cloudfront" },
    body: Buffer.from(data, encoding === "base64" ? "base64" : "utf8"),
  };
}

function denied(code: string, message: string): OriginAnswer {
  const body = Buffer.from(toXml({ Error: { Code: code, Message: message } }));
  return { status: 403, headers: { "content-type": "text/xml", "x-cache": "Error from cloudfront" }, body };
}

function text(status: number, line: string): OriginAnswer {
  return { status, headers: { "content-type": "text/plain" }, body: Buffer.from(`${line}\n`) };
}

function toValues(headers: Readonly<Record<string, string>>): EdgeRequest["headers"] {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, { value }]));
}

function fromValues(values: EdgeRequest["headers"]): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, { value }]) => [name, value]));
}
