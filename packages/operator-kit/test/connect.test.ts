import { definePipeline } from "@image-pipeline/schema/config";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { connect, readPipelines } from "../src/index.ts";

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

test("names the environments there are", async () => {
  await expect(connect({ environment: "stage" }, pipelines)).rejects.toThrow(
    "pipeline.config.ts has dev, prod",
  );
});

test("reads the environments from the one file a user edits", async () => {
  expect([...(await readPipelines()).keys()]).toContain("dev");
});

test.each([
  [async () => ({ default: {} }), /must have `export default definePipeline/],
  [() => Promise.reject(new Error("no such module")), /cannot be read: no such module/],
])("says what is wrong with that file", async (load, message) => {
  await expect(readPipelines(load)).rejects.toThrow(message);
});
