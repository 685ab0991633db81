import { once } from "node:events";
import { createServer } from "node:http";
import { S3Client } from "@aws-sdk/client-s3";
import { expect, it, onTestFinished } from "vitest";
import { s3Renditions } from "../src/storage/index.ts";

/** S3 that answers everything so. */
async function renditionsOf(status: number, code: string) {
  const server = createServer((_request, response) => {
    response.writeHead(status, { "content-type": "application/xml" });
    response.end(`<Error><Code>${code}</Code><Message>no</Message></Error>`);
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    forcePathStyle: true,
    maxAttempts: 1,
  });
  onTestFinished(() => client.destroy());
  return s3Renditions(client, "processed");
}

it("tells a rendition that may not be read from one that is gone, and fails at anything else", async () => {
  expect(await (await renditionsOf(403, "AccessDenied")).sha256("renditions/a")).toBe("denied");
  expect(await (await renditionsOf(404, "NoSuchKey")).sha256("renditions/a")).toBeUndefined();
  await expect((await renditionsOf(500, "InternalError")).sha256("renditions/a")).rejects.toThrow();
});
