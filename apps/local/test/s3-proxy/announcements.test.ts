import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { connect } from "node:net";
import { pipeline } from "node:stream/promises";
import {
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, it, onTestFinished } from "vitest";
import { listen } from "../../src/net/listen.ts";
import { BUCKET, keyOf, runServices, type Services, startProxy } from "./running-proxy.ts";

/** A request that is sent as bytes on a new connection. */
interface RawRequest {
  method: string;
  path: string;
  body?: string;
  headers?: Record<string, string>;
}

/** A relay in front of the services that holds each answer back until `hold` has resolved. */
async function relayTo(services: Services) {
  let hold = async (): Promise<void> => {};
  async function relay(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url, headers } = incoming;
    const outgoing = request(new URL(url ?? "/", services.endpoint), { method, headers });
    const answered = new Promise<IncomingMessage>((resolve) => outgoing.once("response", resolve));
    await pipeline(incoming, outgoing);
    const answer = await answered;
    await hold();
    response.writeHead(answer.statusCode ?? 0, answer.headers);
    await pipeline(answer, response);
  }
  const server = createServer((incoming, response) => void relay(incoming, response).catch(() => {}));
  const endpoint = await listen(server, [0]);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    endpoint,
    holdUntil(other: () => Promise<void>) {
      hold = other;
    },
  };
}

/** A client that disconnects after the services have stored its upload and before it has its answer. */
async function disconnectWhenStored(toRequest: (proxy: Proxy) => Promise<RawRequest>): Promise<string[]> {
  const services = await runServices();
  const relay = await relayTo(services);
  const proxy = await startProxy(services, relay.endpoint);
  await proxy.route();
  const { method, path, body = "", headers = {} } = await toRequest(proxy);
  const before = proxy.records.length;
  const announced = Promise.withResolvers<void>();
  proxy.deliverBy(async (record) => {
    proxy.records.push(record);
    announced.resolve();
  });
  const { port } = new URL(proxy.endpoint);
  const socket = connect(Number(port), "127.0.0.1").on("error", () => {});
  relay.holdUntil(async () => {
    relay.holdUntil(async () => {});
    socket.destroy();
    // One more request and its answer: the proxy has noticed by then that the client is gone.
    await fetch(`${proxy.endpoint}/${BUCKET}`).then((response) => response.text());
  });
  const isChunked = "transfer-encoding" in headers;
  const length = isChunked ? {} : { "content-length": body.length };
  const lines = Object.entries({ host: "localhost", ...length, ...headers });
  socket.write(
    `${method} ${path} HTTP/1.1\r\n${lines.map((line) => line.join(": ")).join("\r\n")}\r\n\r\n${body}`,
  );
  await announced.promise;
  return proxy.records.slice(before).map((record) => `${record.eventName} ${keyOf(record)}`);
}
type Proxy = Awaited<ReturnType<typeof startProxy>>;

const at = { Bucket: BUCKET, Key: "a.jpg" };
const stored = (proxy: Proxy) => proxy.s3.send(new PutObjectCommand({ ...at, Body: "x" }));

describe("a client that disconnects right after the last byte", () => {
  it.each<{ write: string; event: string; toRequest: (proxy: Proxy) => Promise<RawRequest> }>([
    {
      write: "an upload",
      event: "ObjectCreated:Put a.jpg",
      toRequest: async () => ({ method: "PUT", path: `/${BUCKET}/a.jpg`, body: "pixels" }),
    },
    {
      write: "a chunked upload",
      event: "ObjectCreated:Put a.jpg",
      toRequest: async () => ({
        method: "PUT",
        path: `/${BUCKET}/a.jpg`,
        body: "6\r\npixels\r\n0\r\n\r\n",
        headers: { "transfer-encoding": "chunked" },
      }),
    },
    {
      write: "a copy",
      event: "ObjectCreated:Copy b.jpg",
      toRequest: async (proxy) => {
        await stored(proxy);
        const headers = { "x-amz-copy-source": `${BUCKET}/a.jpg` };
        return { method: "PUT", path: `/${BUCKET}/b.jpg`, headers };
      },
    },
    {
      write: "an upload in parts",
      event: "ObjectCreated:CompleteMultipartUpload a.jpg",
      toRequest: async ({ s3 }) => {
        const { UploadId } = await s3.send(new CreateMultipartUploadCommand(at));
        const { ETag } = await s3.send(
          new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: "part" }),
        );
        const body = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${ETag}</ETag></Part></CompleteMultipartUpload>`;
        return { method: "POST", path: `/${BUCKET}/a.jpg?uploadId=${UploadId}`, body };
      },
    },
    {
      write: "a browser's form",
      event: "ObjectCreated:Post a.jpg",
      toRequest: async () => ({
        method: "POST",
        path: `/${BUCKET}`,
        body: '--form-boundary-0123456789abcdef\r\nContent-Disposition: form-data; name="key"\r\n\r\na.jpg\r\n--form-boundary-0123456789abcdef\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\npixels\r\n--form-boundary-0123456789abcdef--\r\n',
        headers: { "content-type": "multipart/form-data; boundary=form-boundary-0123456789abcdef" },
      }),
    },
    {
      write: "a delete",
      event: "ObjectRemoved:Delete a.jpg",
      toRequest: async (proxy) => {
        await stored(proxy);
        return { method: "DELETE", path: `/${BUCKET}/a.jpg` };
      },
    },
    {
      write: "a delete of many",
      event: "ObjectRemoved:Delete a.jpg",
      toRequest: async (proxy) => {
        await stored(proxy);
        const body = "<Delete><Object><Key>a.jpg</Key></Object></Delete>";
        return { method: "POST", path: `/${BUCKET}?delete`, body };
      },
    },
  ])("does not prevent the event of $write", async ({ event, toRequest }) => {
    expect(await disconnectWhenStored(toRequest)).toEqual([event]);
  });
});

describe("a proxy that is not routed yet", () => {
  it("makes an upload wait, and announces it when the stacks are known", async () => {
    const proxy = await startProxy(await runServices());
    let isAnswered = false;
    const upload = stored(proxy).then(() => {
      isAnswered = true;
    });
    await expect(fetchWithin(200, proxy.endpoint)).rejects.toThrow(/timeout|aborted/);
    expect(isAnswered).toBe(false);
    await proxy.route();
    await upload;
    expect(proxy.records.map(keyOf)).toEqual(["a.jpg"]);
  });

  it("drops the requests that wait when it closes", async () => {
    const proxy = await startProxy(await runServices());
    const waiting = fetch(`${proxy.endpoint}/${BUCKET}`);
    await Promise.all([expect(waiting).rejects.toThrow(), connected(proxy.endpoint).then(proxy.close)]);
  });
});

/** Sends a request that is cancelled after this time: the proxy has received it by then. */
const fetchWithin = (milliseconds: number, endpoint: string) =>
  fetch(`${endpoint}/${BUCKET}`, { signal: AbortSignal.timeout(milliseconds) });

async function connected(endpoint: string): Promise<void> {
  const socket = connect(Number(new URL(endpoint).port), "127.0.0.1");
  await new Promise((resolve) => socket.once("connect", resolve));
  socket.destroy();
}

it("announces an upload once that runs while the proxy is routed again", async () => {
  const services = await runServices();
  const relay = await relayTo(services);
  const proxy = await startProxy(services, relay.endpoint);
  await proxy.route();
  relay.holdUntil(() => proxy.route());
  await stored(proxy);
  expect(proxy.records.map(keyOf)).toEqual(["a.jpg"]);
});

describe("a proxy that starts again after a crash", () => {
  /** Runs a proxy that can deliver no event, as if its process ended right after the services did their part. */
  async function crashAfter(write: (endpoint: string) => Promise<Response>, first?: typeof stored) {
    const services = await runServices();
    const crashing = await startProxy(services);
    await crashing.route();
    await first?.(crashing);
    crashing.deliverBy(async () => {
      throw new Error("the process ended");
    });
    const { status } = await write(crashing.endpoint);
    await crashing.close();
    const proxy = await startProxy(services);
    await proxy.route();
    return { status, proxy, services };
  }
  const eventsOf = ({ records }: Pick<Proxy, "records">) =>
    records.map((record) => `${record.eventName} ${keyOf(record)} ${record.s3.object.size ?? "-"}`);

  it("announces an upload that was stored and not announced, with its tags", async () => {
    const { status, proxy } = await crashAfter((endpoint) =>
      fetch(`${endpoint}/${BUCKET}/a.jpg`, {
        method: "PUT",
        body: "pixels",
        headers: { "x-amz-tagging": "team=a" },
      }),
    );
    expect([status, eventsOf(proxy)]).toEqual([503, ["ObjectCreated:Put a.jpg 6"]]);
    const tags = await fetch(`${proxy.endpoint}/${BUCKET}/a.jpg?tagging`);
    expect(await tags.text()).toContain("<Tag><Key>team</Key><Value>a</Value></Tag>");
  });

  it("announces deletes that were done and not announced", async () => {
    const remove = (endpoint: string) =>
      fetch(`${endpoint}/${BUCKET}?delete`, {
        method: "POST",
        body: "<Delete><Object><Key>a.jpg</Key></Object></Delete>",
      });
    const { proxy } = await crashAfter(remove, stored);
    expect(eventsOf(proxy)).toEqual(["ObjectRemoved:Delete a.jpg -"]);
  });

  it("announces nothing twice", async () => {
    const { services } = await crashAfter((endpoint) =>
      fetch(`${endpoint}/${BUCKET}/a.jpg`, { method: "PUT", body: "x" }),
    );
    const third = await startProxy(services);
    await third.route();
    expect(eventsOf(third)).toEqual([]);
    await third.s3.send(new HeadObjectCommand(at));
  });
});
