import { readdirSync, readFileSync } from "node:fs";
import { Server } from "node:net";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { startRuntimeApi } from "../../src/lambda-host/runtime-api.ts";
import { guardedServer } from "../../src/net/guarded-server.ts";
import { listen } from "../../src/net/listen.ts";
import { startSimulatedRekognition } from "../../src/rekognition/simulated-rekognition.ts";
import { startServer } from "../../src/server.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { endpointsOf, STRANGE_PAGES, send } from "./web-page.ts";

/** Starts a guarded server that a page of one origin may use. */
async function startGuarded(allowed = "https://mine.example") {
  const server = guardedServer((_request, response) => response.end("secret"), {
    allows: (origin) => origin === allowed,
  });
  onTestFinished(() => void server.close());
  return listen(server, [0]);
}

it.each(STRANGE_PAGES)("refuses a request caused by %s, and tells nothing", async (_attack, headers) => {
  const { status, body } = await send(await startGuarded(), { headers });
  expect({ status, isTold: body.includes("secret") }).toEqual({ status: 403, isTold: false });
});

it.each([
  ["an AWS client", {}],
  ["a person at the address bar", { "sec-fetch-site": "none" }],
  ["a bucket's own name", { host: "uploads.localhost:4566" }],
  ["another loopback address", { host: "[::1]:4566" }],
  ["the runtime's own page", { host: "localhost:4566", origin: "http://localhost:4566" }],
  ["an allowed page", { origin: "https://mine.example", "sec-fetch-site": "cross-site" }],
  ["an image on an allowed page", { referer: "https://mine.example/a", "sec-fetch-site": "cross-site" }],
])("answers %s", async (_name, headers) => {
  const { status, body } = await send(await startGuarded(), { headers });
  expect({ status, body }).toEqual({ status: 200, body: "secret" });
});

it("says in S3's words how a page can be allowed, without the page's control characters", async () => {
  const headers = { origin: "https://evil.example\u009b<b>" };
  const { body } = await send(await startGuarded(), { headers });
  expect(body).toContain("<Code>AccessDenied</Code>");
  expect(body).toContain("https://evil.example\\u{9b}&lt;b&gt;");
  expect(body).toContain("uploads.allowedOrigins");
});

it("lets an allowed page ask before it sends, and read the answer", async () => {
  const headers = { origin: "https://mine.example", "access-control-request-headers": "x-amz-meta-a" };
  const asked = await send(await startGuarded(), { method: "OPTIONS", headers });
  expect(asked).toMatchObject({
    status: 204,
    headers: {
      "access-control-allow-origin": "https://mine.example",
      "access-control-allow-headers": "x-amz-meta-a",
      vary: "Origin",
    },
  });
});

it("answers no page on any port, and never without the headers that stop a browser from running the answer", async () => {
  const listening = vi.spyOn(Server.prototype, "listen");
  onTestFinished(() => listening.mockRestore());
  const server = await startServer({ ports: [0], folder: temporaryFolder() });
  await server.proxy.route({ region: "us-east-1", notifications: [], schedules: [], eventRules: [] });
  server.edge.route(null);
  const [runtimeApi, rekognition] = await Promise.all([startRuntimeApi(), startSimulatedRekognition()]);
  onTestFinished(async () => {
    await Promise.all([server.close(), runtimeApi.close(), rekognition.close()]);
  });
  const endpoints = endpointsOf(listening.mock.contexts);
  expect(endpoints).toHaveLength(5);
  for (const endpoint of endpoints) {
    for (const [attack, headers] of STRANGE_PAGES) {
      const { status, headers: answered } = await send(endpoint, { headers });
      expect({ endpoint, attack, status }).toEqual({ endpoint, attack, status: 403 });
      expect(answered).toMatchObject({
        "x-content-type-options": "nosniff",
        "content-security-policy": expect.stringMatching(/sandbox$/),
      });
    }
    expect((await send(endpoint, {})).status).not.toBe(403);
  }
});

it("opens servers and ports in one place only", () => {
  const source = join(import.meta.dirname, "../../src");
  const having = (pattern: RegExp) =>
    readdirSync(source, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && pattern.test(readFileSync(join(source, name), "utf8")))
      .toSorted();
  expect(having(/\bcreateServer\b|\bcreateSecureServer\b|\bWebSocketServer\b/)).toEqual([
    "net/guarded-server.ts",
  ]);
  expect(having(/\.listen\(/)).toEqual(["net/listen.ts"]);
  expect(having(/startFauxqs\(/)).toEqual(["services/local-services.ts"]);
  expect(having(/\bserverFactory\b/)).toEqual(["services/local-services.ts"]);
});
