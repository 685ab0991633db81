import { createServer } from "node:http";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { cloudFrontApi } from "../../src/edge/cloudfront-api.ts";
import { listen } from "../../src/net/listen.ts";

const PATH = "/2020-05-31/distribution/E1/invalidation";
const removed: (readonly string[])[] = [];
let endpoint: string;
beforeEach(async () => {
  removed.length = 0;
  const api = cloudFrontApi({
    now: () => 0,
    invalidate(id, paths) {
      if (id === "E1") removed.push(paths);
      return id === "E1";
    },
  });
  const server = createServer(
    (request, response) => void (api({ request, response }) ?? response.end("not CloudFront")),
  );
  endpoint = await listen(server, [0]);
  onTestFinished(() => void server.close());
});

function batch(paths: readonly string[], reference = "r"): string {
  const items = paths.map((path) => `<Path>${path}</Path>`).join("");
  return `<InvalidationBatch><CallerReference>${reference}</CallerReference><Paths><Quantity>${paths.length}</Quantity><Items>${items}</Items></Paths></InvalidationBatch>`;
}

async function ask(body?: string, path = PATH) {
  const method = body === undefined ? "GET" : "POST";
  const answer = await fetch(endpoint + path, { method, body: body ?? null });
  const text = await answer.text();
  const [, code] = /<Code>(\w+)<\/Code>/.exec(text) ?? [];
  const [, id] = /<Invalidation [^>]*><Id>(\w+)<\/Id>/.exec(text) ?? [];
  return { status: answer.status, code, id, text };
}

describe("CloudFront's API", () => {
  it("creates an invalidation, which is complete, and shows it again", async () => {
    const made = await ask(batch(["/a/*", "/b"]));
    expect([made.status, removed]).toEqual([201, [["/a/*", "/b"]]]);
    expect(made.text).toContain("<Status>Completed</Status>");
    const shown = await ask(undefined, `${PATH}/${made.id}`);
    expect([shown.status, shown.text]).toEqual([200, made.text]);
  });

  it("takes the same reference with the same paths as done, and refuses it with others", async () => {
    const first = await ask(batch(["/a"]));
    expect((await ask(batch(["/a"]))).id).toBe(first.id);
    expect(await ask(batch(["/b"]))).toMatchObject({ status: 400, code: "InvalidationBatchAlreadyExists" });
    expect(removed).toEqual([["/a"]]);
  });

  it.each([
    ["an unknown distribution", batch(["/a"]), PATH.replace("E1", "E2"), 404, "NoSuchDistribution"],
    ["an unknown invalidation", undefined, `${PATH}/I0`, 404, "NoSuchInvalidation"],
    ["a path without a slash", batch(["a"]), PATH, 400, "InvalidArgument"],
    ["a wildcard in the middle", batch(["/a*/b"]), PATH, 400, "InvalidArgument"],
    ["a body that is no XML", "{}", PATH, 400, "MalformedXML"],
    ["another operation", undefined, "/2020-05-31/distribution", 501, "NotImplemented"],
  ])("refuses %s", async (_, body, path, status, code) => {
    expect(await ask(body, path)).toMatchObject({ status, code });
    expect(removed).toEqual([]);
  });

  it("leaves requests of other services alone", async () => {
    expect((await ask(undefined, "/bucket/key")).text).toBe("not CloudFront");
  });
});
