import { createServer, type Server } from "node:http";
import { CloudFrontClient } from "@aws-sdk/client-cloudfront";
import { toAnalyzedEvent, toResultEvent } from "@image-pipeline/schema/events";
import { aSource, processed, recordingLogger, rejected, tombstone } from "@image-pipeline/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cloudFrontEdge } from "../src/cloudfront-edge.ts";
import { type Edge, invalidateBatch } from "../src/invalidate-batch.ts";

const AT = { bucket: "processed", key: "manifests/x.json" };
const source = aSource();
const other = aSource({ key: "photos/b.jpg" });
const removed = (of = source) => toResultEvent(tombstone(of), AT);
const uploaded = (replacesUpload?: boolean) => toResultEvent({ ...processed(source), replacesUpload }, AT);
const ANALYSIS = {
  schema: "image-analysis.v1" as const,
  imageId: removed().data.imageId,
  correlationId: "c",
  updatedAt: "2026-01-01T00:00:00.000Z",
  source,
  recipe: "r",
};
const analyzed = (verdict: "quarantine" | "flag") =>
  toAnalyzedEvent(
    {
      ...ANALYSIS,
      status: "analyzed",
      verdict,
      rules: [],
      models: {},
      timings: { analyzeMs: 1, totalMs: 1 },
    },
    AT,
  );
const notAnalyzed = () =>
  toAnalyzedEvent({ ...ANALYSIS, status: "rejected", reason: "ANALYSIS_REFUSED", reasonText: "refused" }, AT);
const pathOf = (event: { data: { imageId: string } }) => `/renditions/${event.data.imageId}/*`;

/** Handles events as messages 0, 1, …, and returns the requests to the edge and the failed messages. */
async function handle(events: readonly unknown[], fault?: Error) {
  const requests: { paths: readonly string[]; reference: string }[] = [];
  const logger = recordingLogger();
  const edge: Edge = {
    async invalidate(paths, reference) {
      if (fault) throw fault;
      requests.push({ paths, reference });
    },
  };
  const records = events.map((event, index) => ({ messageId: `m${index}`, body: JSON.stringify(event) }));
  const { batchItemFailures } = await invalidateBatch(records, { edge, logger });
  return {
    requests,
    lines: logger.lines,
    failed: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier),
  };
}

describe("a batch of result events", () => {
  it.each([
    ["a deletion", removed()],
    ["a quarantine", analyzed("quarantine")],
    ["an analysis that failed, which quarantines", notAnalyzed()],
    ["an upload that replaced another", uploaded(true)],
    [
      "a rejected upload that replaced another",
      toResultEvent({ ...rejected(source), replacesUpload: true }, AT),
    ],
  ])("removes the copies of the image for %s", async (_, event) => {
    expect((await handle([event])).requests.map(({ paths }) => paths)).toEqual([[pathOf(removed())]]);
  });

  it.each([
    ["a new image", uploaded()],
    ["a rejected upload", toResultEvent(rejected(source), AT)],
    ["a verdict that only flags", analyzed("flag")],
  ])("asks for nothing, which would cost, for %s", async (_, event) => {
    expect(await handle([event])).toEqual({ requests: [], lines: [], failed: [] });
  });

  it("removes each image's copies once, with one request", async () => {
    const { requests } = await handle([removed(), removed(other), removed()]);
    expect(requests.map(({ paths }) => paths)).toEqual([[pathOf(removed()), pathOf(removed(other))].sort()]);
  });

  it("repeats a request under the same reference, which CloudFront charges once", async () => {
    const first = await handle([removed(), removed(other)]);
    const second = await handle([removed(), removed(other)]);
    expect(second.requests).toEqual(first.requests);
  });

  it("returns the messages with a path if the request fails, and no others", async () => {
    const { failed } = await handle([removed(), uploaded(), removed(other)], new Error("503"));
    expect(failed).toEqual(["m0", "m2"]);
  });

  it.each([
    [undefined, "removed the copies of an image at the edge"],
    [new Error("503"), "could not remove copies at the edge; the message is received again"],
  ])("logs a line with the ids of each image: %s", async (fault, message) => {
    const { lines } = await handle([removed(), removed(other)], fault);
    expect(lines).toMatchObject(
      [removed(), removed(other)].map(({ subject: key, data: { imageId, correlationId } }) => ({
        message,
        fields: { key, imageId, correlationId },
      })),
    );
  });

  it("returns a message alone that is not a result event", async () => {
    const { failed, requests } = await handle([{ type: "image.unknown" }, removed()]);
    expect(failed).toEqual(["m0"]);
    expect(requests).toHaveLength(1);
  });
});

describe("CloudFront", () => {
  let server: Server;
  const requests: { url: string | undefined; body: string }[] = [];
  beforeEach(async () => {
    server = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      requests.push({ url: request.url, body });
      response.writeHead(201, { "content-type": "text/xml" }).end("<Invalidation><Id>I1</Id></Invalidation>");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterEach(() => {
    requests.length = 0;
    server.close();
  });

  it("gets the paths and a reference of at most 128 characters", async () => {
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    const credentials = { accessKeyId: "a", secretAccessKey: "b" };
    const endpoint = `http://127.0.0.1:${port}`;
    const client = new CloudFrontClient({ region: "us-east-1", endpoint, credentials });
    await cloudFrontEdge(client, "E1").invalidate(["/renditions/a/*"], "m".repeat(500));
    client.destroy();
    expect(requests[0]?.url).toBe("/2020-05-31/distribution/E1/invalidation");
    expect(requests[0]?.body).toContain("<Path>/renditions/a/*</Path>");
    const [, reference = ""] = /<CallerReference>(.*)<\/CallerReference>/.exec(requests[0]?.body ?? "") ?? [];
    expect(reference).toMatch(/^[0-9a-f]{64}$/);
  });
});
