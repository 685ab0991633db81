import type { LookupAddress } from "node:dns";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import { isLoopback, isPublic, type Resolve } from "../src/allowed-address.ts";
import { type PostOptions, post } from "../src/post.ts";

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, "listening");
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/hook`;
}

const send = (url: string, options: Partial<PostOptions> = {}) =>
  post(
    "{}",
    { "webhook-id": "1" },
    { url: new URL(url), allowsLoopback: true, timeoutMilliseconds: 5000, ...options },
  );

const resolvesTo =
  (...addresses: string[]): Resolve =>
  (_, answer) =>
    answer(
      null,
      addresses.map((address): LookupAddress => ({ address, family: address.includes(":") ? 6 : 4 })),
    );

describe("an address", () => {
  it.each(["8.8.8.8", "2600:9000:2000::1", "::ffff:8.8.8.8"])("of the internet is public: %s", (address) => {
    expect(isPublic(address)).toBe(true);
  });

  it.each([
    ["this machine", "127.0.0.1"],
    ["this machine, IPv6", "::1"],
    ["this machine, mapped", "::ffff:127.0.0.1"],
    ["this machine, mapped in hexadecimal", "::ffff:7f00:1"],
    ["no address", "0.0.0.0"],
    ["no address, IPv6", "::"],
    ["a private network", "10.1.2.3"],
    ["a private network", "172.16.0.1"],
    ["a private network", "192.168.1.1"],
    ["a private network, IPv6", "fd12::1"],
    ["a carrier's network", "100.64.0.1"],
    ["the metadata of EC2", "169.254.169.254"],
    ["the metadata of EC2, IPv6", "fd00:ec2::254"],
    ["the metadata of EC2, mapped", "::ffff:169.254.169.254"],
    ["the link", "fe80::1"],
    ["NAT64", "64:ff9b::a9fe:a9fe"],
    ["a local NAT64", "64:ff9b:1::a9fe:a9fe"],
    ["6to4", "2002:a9fe:a9fe::1"],
    ["Teredo", "2001:0:a9fe:a9fe::1"],
    ["IPv4 in IPv6 of old", "::169.254.169.254"],
    ["many receivers", "224.0.0.1"],
    ["all receivers", "255.255.255.255"],
    ["a document", "192.0.2.1"],
    ["no address at all", "example.com"],
  ])("of %s is not public: %s", (_, address) => {
    expect(isPublic(address)).toBe(false);
  });

  it("of this machine is known in every form", () => {
    for (const address of ["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"])
      expect(isLoopback(address)).toBe(true);
    expect(isLoopback("10.0.0.1")).toBe(false);
  });
});

describe("a request", () => {
  it.each([
    ["https://127.0.0.1/", "127.0.0.1 is"],
    ["https://2130706433/", "127.0.0.1 is"],
    ["https://[::ffff:10.0.0.1]/", "::ffff:a00:1 is"],
    ["http://8.8.8.8/", "8.8.8.8 is"],
  ])("to %s is refused on AWS", async (url, which) => {
    const sent = send(url, { allowsLoopback: false });
    await expect(sent).rejects.toThrow(`${which} not a public address`);
  });

  it("is refused when one of the addresses of its host is private", async () => {
    const resolve = resolvesTo("8.8.8.8", "169.254.169.254");
    await expect(send("https://hook.example/", { allowsLoopback: false, resolve })).rejects.toThrow(
      "hook.example resolves to 169.254.169.254, which is not a public address",
    );
  });

  it("goes to the address that was checked, whatever the name resolves to afterwards", async () => {
    const url = new URL(await serve((_, response) => void response.writeHead(204).end()));
    url.hostname = "hook.localhost";
    let asked = 0;
    const resolve: Resolve = (name, answer) => {
      asked++;
      resolvesTo(asked === 1 ? "127.0.0.1" : "10.0.0.1")(name, answer);
    };
    expect(await send(url.href, { resolve })).toMatchObject({ status: 204 });
    expect(asked).toBe(1);
  });

  it("over HTTP to another machine is refused by the local runtime too", async () => {
    const sent = send("http://hook.example/", { resolve: resolvesTo("8.8.8.8") });
    await expect(sent).rejects.toThrow("is not a public address");
  });

  it("follows no redirect", async () => {
    const paths: (string | undefined)[] = [];
    const url = await serve(({ url: path }, response) => {
      paths.push(path);
      response.writeHead(307, { location: "/other" }).end();
    });
    expect(await send(url)).toMatchObject({ status: 307 });
    expect(paths).toEqual(["/hook"]);
  });

  it("reads the beginning of an answer only, even if it never ends", async () => {
    const url = await serve((_, response) => {
      response.writeHead(500, { "retry-after": "120" });
      const more = () =>
        void (response.destroyed || response.write("x".repeat(1000), () => setImmediate(more)));
      more();
    });
    expect(await send(url)).toEqual({ status: 500, text: "x".repeat(200), retryAfterSeconds: 120 });
  });

  it("takes a date as Retry-After", async () => {
    const at = new Date(Date.now() + 100_000).toUTCString();
    const url = await serve((_, response) => void response.writeHead(503, { "retry-after": at }).end());
    const { retryAfterSeconds } = await send(url);
    expect(retryAfterSeconds).toBeGreaterThan(90);
    expect(retryAfterSeconds).toBeLessThanOrEqual(100);
  });

  it("ends when the receiver does not answer in time", async () => {
    const url = await serve(() => {});
    await expect(send(url, { timeoutMilliseconds: 50 })).rejects.toMatchObject({ name: "TimeoutError" });
  });
});
