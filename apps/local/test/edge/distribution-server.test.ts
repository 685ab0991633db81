import { describe, expect, it } from "vitest";
import { distributionServer } from "../../src/edge/distribution-server.ts";
import { edgeCache, type OriginAnswer } from "../../src/edge/edge-cache.ts";
import type { EdgeRequest } from "../../src/edge/edge-function.ts";
import type { Behaviour } from "../../src/topology/distribution.ts";

const BEHAVIOUR: Behaviour = {
  pathPattern: "*",
  methods: ["GET", "HEAD"],
  origin: { kind: "function", functionName: "origin", urlId: "url" },
  cache: { minSeconds: 0, defaultSeconds: 60, maxSeconds: 60, headers: ["x-format"] },
  headers: { cors: null, headers: [] },
  viewerRequest: null,
  viewerResponse: null,
  trustedKeys: null,
};
const CORS = {
  origins: ["https://page.example"],
  methods: ["GET", "HEAD"],
  headers: ["x-own"],
  maxAgeSeconds: 600,
  exposed: ["etag"],
  allowsCredentials: true,
  isOverride: true,
};
const code = (text: string) => ({ name: "f", code: `function handler(event) { ${text} }` });

/** A distribution with these behaviours, whose origin answers with the path that it was asked for. */
function serve(behaviours: readonly Partial<Behaviour>[], answer: Partial<OriginAnswer> = {}) {
  const asked: EdgeRequest[] = [];
  const errors: string[] = [];
  const handle = distributionServer(
    {
      id: "E1",
      arn: "arn:aws:cloudfront::0:distribution/E1",
      domainName: "e1.cloudfront.net",
      defaultRootObject: "index.html",
      behaviours: behaviours.map((one) => ({ ...BEHAVIOUR, ...one })),
      errorSeconds: new Map(),
    },
    {
      cache: edgeCache(() => 0),
      now: () => 0,
      onError: (error) => errors.push(String(error)),
      async ask(_, request) {
        asked.push(request);
        return { status: 200, headers: {}, body: Buffer.from(request.uri), ...answer };
      },
    },
  );
  return {
    asked,
    errors,
    async get(path: string, headers: Record<string, string> = {}, method = "GET") {
      const { body, ...rest } = await handle({
        method,
        url: `http://127.0.0.1${path}`,
        headers,
        ip: "127.0.0.1",
      });
      return { ...rest, body: body.toString() };
    },
  };
}

describe("a distribution", () => {
  it("takes the first behaviour whose pattern matches the path", async () => {
    const named = (name: string) => ({
      pathPattern: name,
      viewerRequest: code(`return { statusCode: 200, body: ${JSON.stringify(name)} };`),
    });
    const { get } = serve(["/i/*", "/*.jpg", "*"].map(named));
    const bodies = await Promise.all(
      ["/i/a.jpg", "/a.jpg", "/x/../i/a", "/b"].map(async (path) => (await get(path)).body),
    );
    expect(bodies).toEqual(["/i/*", "/*.jpg", "/i/*", "*"]);
  });

  it("sends the origin the headers of the cache policy, and neither query nor cookies", async () => {
    const { get, asked } = serve([{}]);
    await get("/a?b=c", { "x-format": "avif", accept: "*/*", cookie: "d=e" });
    expect(asked).toEqual([
      { method: "GET", uri: "/a", headers: { "x-format": { value: "avif" } }, querystring: {}, cookies: {} },
    ]);
  });

  it("keeps a copy for each value of the policy's headers, and none for other headers", async () => {
    const { get, asked } = serve([{}]);
    for (const format of ["avif", "webp", "avif"]) await get("/a", { "x-format": format, accept: format });
    expect(asked).toHaveLength(2);
  });

  it("asks the origin each time for OPTIONS, beside the cached copy", async () => {
    const { get, asked } = serve([{ methods: ["GET", "HEAD", "OPTIONS"] }]);
    await get("/a");
    for (const _ of [1, 2]) await get("/a", {}, "OPTIONS");
    expect(asked.map(({ method }) => method)).toEqual(["GET", "OPTIONS", "OPTIONS"]);
  });

  it("asks for the default object at the root, and refuses other methods", async () => {
    const { get } = serve([{}]);
    expect((await get("/")).body).toBe("/index.html");
    expect((await get("/", {}, "DELETE")).status).toBe(403);
  });
});

describe("a CloudFront Function", () => {
  it("gets the event of version 1.0, with the query and the cookies as they were sent", async () => {
    const { get } = serve([
      { viewerRequest: code("return { statusCode: 200, body: JSON.stringify(event) };") },
    ]);
    const { body } = await get("/a%20b?c=%20&d&Signature=x", { accept: "*/*", cookie: "e=f; g=h" });
    expect(JSON.parse(body)).toEqual({
      version: "1.0",
      context: {
        distributionId: "E1",
        distributionDomainName: "e1.cloudfront.net",
        eventType: "viewer-request",
        requestId: expect.any(String),
      },
      viewer: { ip: "127.0.0.1" },
      request: {
        method: "GET",
        uri: "/a%20b",
        querystring: { c: { value: "%20" }, d: { value: "" } },
        headers: { accept: { value: "*/*" } },
        cookies: { e: { value: "f" }, g: { value: "h" } },
      },
    });
  });

  it("changes an answer of the cache for one viewer only", async () => {
    const viewerResponse = code(
      'const { request, response } = event; if (request.querystring.d) response.headers["x-d"] = { value: "1" }; return response;',
    );
    const { get, asked } = serve([{ viewerResponse }]);
    expect((await get("/a?d")).headers).toHaveProperty("x-d", "1");
    expect((await get("/a")).headers).not.toHaveProperty("x-d");
    expect(asked).toHaveLength(1);
  });

  it("does not run for an origin's error", async () => {
    const { get } = serve([{ viewerResponse: code("return { statusCode: 200 };") }], { status: 404 });
    expect((await get("/a")).status).toBe(404);
  });

  it.each([
    ["throws", "throw new Error('no');"],
    ["needs a module of Node.js", 'require("fs");'],
    ["needs a global of Node.js", "process.exit(0);"],
    ["does not end", "for (;;);"],
    ["returns nothing", "return undefined;"],
  ])("that %s is a 503, and the error is reported", async (_, text) => {
    const { get, errors } = serve([{ viewerRequest: code(text) }]);
    expect((await get("/a")).status).toBe(503);
    expect(errors).toHaveLength(1);
  });
});

describe("a response headers policy", () => {
  const headers = {
    cors: CORS,
    headers: [
      { name: "Cache-Control", value: "public, max-age=1", isOverride: true },
      { name: "x-kept", value: "policy", isOverride: false },
    ],
  };

  it("replaces the origin's headers where it says so", async () => {
    const { get } = serve([{ headers }], { headers: { "cache-control": "no-cache", "x-kept": "origin" } });
    expect((await get("/a")).headers).toMatchObject({
      "cache-control": "public, max-age=1",
      "x-kept": "origin",
    });
  });

  it("lets the scripts of its origins read, and tells caches that the answer depends on the origin", async () => {
    const { get } = serve([{ headers }]);
    expect((await get("/a", { origin: "https://page.example" })).headers).toMatchObject({
      "access-control-allow-origin": "https://page.example",
      "access-control-allow-credentials": "true",
      "access-control-expose-headers": "etag",
      vary: "Origin",
    });
    expect((await get("/a", { origin: "https://page.example" })).headers).not.toHaveProperty(
      "access-control-allow-headers",
    );
    const { headers: others } = await get("/a", { origin: "https://evil.example" });
    expect(Object.keys(others).filter((name) => name.startsWith("access-control-"))).toEqual([]);
  });

  it("tells caches that a request without an origin has another answer, even if all pages may read", async () => {
    const { get } = serve([{ headers: { ...headers, cors: { ...CORS, origins: ["*"] } } }]);
    expect((await get("/a")).headers).toHaveProperty("vary", "Origin");
    expect((await get("/a", { origin: "https://page.example" })).headers).not.toHaveProperty("vary");
  });

  it("tells a preflight request which methods and headers its origins may use, and for how long", async () => {
    const viewerRequest = code("return { statusCode: 204 };");
    const { get } = serve([{ headers, viewerRequest, methods: ["GET", "HEAD", "OPTIONS"] }]);
    expect(await get("/a", { origin: "https://page.example" }, "OPTIONS")).toMatchObject({
      status: 204,
      headers: {
        "access-control-allow-origin": "https://page.example",
        "access-control-allow-methods": "GET, HEAD",
        "access-control-allow-headers": "x-own",
        "access-control-max-age": "600",
      },
    });
  });
});
