import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { definePipeline } from "@image-pipeline/schema/config";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { connect } from "../../src/connection/connect.ts";

const pipelines = definePipeline({
  presets: { thumb: { width: 10, formats: ["webp"] } },
  environments: { dev: {}, prod: { name: "shop", region: "eu-central-1", accountId: "111122223333" } },
});
let server: FauxqsServer;
let endpoint: string;
beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false });
  endpoint = `http://127.0.0.1:${server.port}`;
  vi.stubEnv("AWS_ENDPOINT_URL", endpoint);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "somebody");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.stop();
});

test("finds the local pipeline by its endpoint alone", async () => {
  const { accountId, names, description, close } = await connect({ endpoint }, pipelines);
  close();
  expect({ accountId, description, uploads: names.uploadBucket(accountId) }).toEqual({
    accountId: "000000000000",
    description: endpoint,
    uploads: "image-pipeline-local-uploads-000000000000",
  });
});

test("refuses credentials of another account than the environment's", async () => {
  const connecting = connect({ environment: "prod" }, pipelines);
  await expect(connecting).rejects.toThrow("belong to account 000000000000, but prod is in 111122223333");
});

test("uses the settings of the environment that a local runtime runs", async () => {
  const { pipeline, names, close } = await connect({ endpoint, settingsOf: "prod" }, pipelines);
  close();
  expect([pipeline.region, names.ingestFunction]).toEqual(["eu-central-1", "shop-local-ingest"]);
});

test("does not take this machine for an environment on AWS", async () => {
  await expect(connect({ environment: "local" }, pipelines)).rejects.toThrow(
    '"local" names this machine, not an environment of pipeline.config.ts: leave --environment out',
  );
});

test("names the environments there are", async () => {
  await expect(connect({ environment: "stage" }, pipelines)).rejects.toThrow(
    "pipeline.config.ts has dev, prod",
  );
});

test.each<[string, (response: ServerResponse) => void]>([
  ["an HTML page", (response) => response.end("<!doctype html><html><body>Hello</body></html>")],
  ["JSON", (response) => response.setHeader("content-type", "application/json").end("{}")],
  ["a text", (response) => response.end("hello")],
  ["nothing", (response) => response.end()],
  ["404", (response) => response.writeHead(404).end("not found")],
  ["501", (response) => response.writeHead(501, { "content-type": "text/html" }).end("<p>no</p>")],
])("says in plain words that a web server which answers with %s is not S3 and SQS", async (_name, answer) => {
  const web = createServer((_request, response) => answer(response)).listen(0, "127.0.0.1");
  onTestFinished(() => void web.close());
  await once(web, "listening");
  const address = web.address();
  const other = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  await expect(connect({ endpoint: other }, pipelines)).rejects.toThrow(
    `${other} answers, but it is not an S3/SQS endpoint: check --endpoint`,
  );
});
