import { PutObjectCommand } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { BUCKET, runProxy } from "./running-proxy.ts";

const EVENT = { "x-amz-invocation-type": "Event" };

/** An invocation as the Lambda client sends it. */
function invoke(endpoint: string, name: string, body: string, headers: Record<string, string> = EVENT) {
  const url = `${endpoint}/2015-03-31/functions/${encodeURIComponent(name)}/invocations`;
  return fetch(url, { method: "POST", body, headers });
}

describe("Lambda's Invoke through the S3 proxy", () => {
  it.each([
    "ingest",
    "ingest:live",
    "arn:aws:lambda:us-east-1:000000000000:function:ingest",
    "arn:aws:lambda:us-east-1:000000000000:function:ingest:live",
  ])("gives an event back to its function: %s", async (name) => {
    const { s3, records, endpoint } = await runProxy();
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: "a", Body: "x" }));
    const { status } = await invoke(endpoint, name, JSON.stringify({ Records: records }));
    expect([status, records.length]).toEqual([202, 2]);
    expect(records[1]).toEqual(records[0]);
  });

  it("invokes a function that a schedule invokes", async () => {
    const { endpoint } = await runProxy();
    expect((await invoke(endpoint, "audit", "{}")).status).toBe(202);
  });

  it.each([
    ["a function that there is not", "nobody", "{}", EVENT, 404, "ResourceNotFoundException"],
    ["a payload that is not JSON", "ingest", "{", EVENT, 400, "InvalidRequestContentException"],
    ["a call that waits for an answer", "ingest", "{}", {}, 501, "NotImplemented"],
  ])("refuses %s", async (_what, name, body, headers, status, type) => {
    const { endpoint } = await runProxy();
    const answer = await invoke(endpoint, name, body, headers);
    expect([answer.status, answer.headers.get("x-amzn-errortype")]).toEqual([status, type]);
  });
});
