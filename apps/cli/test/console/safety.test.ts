import { readFileSync, statSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PIPELINES } from "../fauxqs-pipeline.ts";
import { temporaryFolder } from "../local-world.ts";
import { runConsole, type TestConsole } from "./running-console.ts";

const state = temporaryFolder();
let running: TestConsole;
let cookie: string;

beforeAll(async () => {
  running = await runConsole({}, { state, pipelines: PIPELINES });
  const { headers } = await ask(new URL(running.address));
  cookie = String(headers["set-cookie"]).split(";")[0] ?? "";
});
afterAll(() => running.close());

/** Node's own client: `fetch` does not let a caller choose the host. */
async function ask(url: URL, { method = "GET", ...headers }: Record<string, string> = {}) {
  const asked = request(url, { method, headers });
  const response = await new Promise<import("node:http").IncomingMessage>((resolve, reject) => {
    asked
      .on("response", resolve)
      .on("error", reject)
      .end(method === "POST" ? "{}" : undefined);
  });
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}
const at = (path: string) => new URL(path, running.origin);

describe("the console's server", () => {
  it("exchanges the token for a cookie that scripts and other sites do not get", async () => {
    const { status, headers } = await ask(new URL(running.address));
    expect([status, headers.location]).toEqual([303, "/"]);
    expect(String(headers["set-cookie"])).toMatch(
      /^console-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
    );
  });

  it("does not put the token into the cookie", () => {
    expect(cookie).not.toContain(new URL(running.address).searchParams.get("token"));
  });

  it.each(["/", "/api/session", "/images/a.jpg", "/?token=wrong"])(
    "refuses %s without the cookie",
    async (path) => {
      expect((await ask(at(path))).status).toBe(401);
    },
  );

  it.each(["attacker.example", "localhost.attacker.example", "127.0.0.1", "127.0.0.1:1"])(
    "refuses the host %s, to which a page may have bound its name",
    async (host) => {
      expect((await ask(at("/api/session"), { cookie, host })).status).toBe(403);
    },
  );

  it.each([
    { origin: "https://attacker.example" },
    { origin: "null" },
    { origin: "http://localhost:3000" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors" },
  ])("refuses a request that another site's page has caused: %j", async (headers) => {
    expect((await ask(at("/api/session"), { cookie, ...headers })).status).toBe(403);
  });

  it("allows no script but its own files, and no frame around it", async () => {
    const { headers } = await ask(at("/"), { cookie });
    const policy = String(headers["content-security-policy"]);
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe");
  });

  it("gives a page's script the CSRF token, which is neither the token nor the cookie", async () => {
    const { body } = await ask(at("/api/session"), { cookie });
    const { csrfToken } = JSON.parse(body);
    expect(csrfToken).toMatch(/^[\w-]{43}$/);
    expect([running.address, cookie].join()).not.toContain(csrfToken);
  });

  it("keeps the token in a file that only its user can read, so that open pages continue after a restart", async () => {
    const path = join(state, "image-pipeline/console-token");
    expect(running.address.endsWith(`?token=${readFileSync(path, "utf8")}`)).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("has a new token in each console of a pipeline on AWS", async () => {
    const consoles = await Promise.all(
      [1, 2].map(() => runConsole({ environment: "dev" }, { state, pipelines: PIPELINES })),
    );
    const tokens = [running, ...consoles].map(({ address }) => new URL(address).searchParams.get("token"));
    expect(new Set(tokens).size).toBe(3);
    for (const each of consoles) await each.close();
  });
});
