import { join } from "node:path";
import {
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from "@aws-sdk/client-s3";
import { PublishCommand } from "@aws-sdk/client-sns";
import { awsClients, LOCAL_CREDENTIALS, startLocalPipeline, startServer } from "@image-pipeline/local";
import { definePipeline, type PipelineInput, pipelineFor } from "@image-pipeline/schema/config";
import { toAnalyzedEvent } from "@image-pipeline/schema/events";
import { toImageId } from "@image-pipeline/schema/keys";
import { toNames } from "@image-pipeline/schema/names";
import { aSource } from "@image-pipeline/testing";
import { waitFor } from "@image-pipeline/testing/progress";
import { afterAll } from "vitest";
import { findHandlerZips } from "../../src/handler-zips.ts";
import { synthesise } from "../../src/synthesise.ts";
import { temporaryFolder } from "../deployments.ts";

/** The page whose scripts may read pictures. */
export const PAGE = "http://localhost:3000";

/**
 * Runs the stacks with these settings of the delivery in the local runtime, with their zips.
 *
 * @param pages origins whose pages may upload and load pictures
 */
export async function startEdge(
  delivery: NonNullable<PipelineInput["delivery"]>,
  pages: readonly string[] = [PAGE],
) {
  const config = definePipeline({
    presets: { thumb: { width: 16, formats: ["avif", "webp", "jpeg"] } },
    delivery: { allowedOrigins: [PAGE], ...delivery },
    environments: { dev: {} },
  });
  const pipeline = pipelineFor(config, "local");
  const outdir = join(temporaryFolder(), "cdktf.out");
  synthesise(
    { pipeline, names: toNames(pipeline), zips: findHandlerZips(pipeline), stateBucket: null },
    outdir,
  );
  const server = await startServer({
    ports: [0],
    allowedOrigins: pages,
    edgeOrigins: pages,
    folder: temporaryFolder(),
  });
  const errors: unknown[] = [];
  const runtime = await startLocalPipeline(server, {
    stacksFolder: join(outdir, "stacks"),
    timeScale: 0.03,
    onError: (error) => errors.push(error),
  });
  const { places, topology } = runtime;
  const place = { endpoint: server.proxy.endpoint, region: topology.region, credentials: LOCAL_CREDENTIALS };
  const { s3, sns, close } = awsClients(place);
  afterAll(async () => {
    close();
    await runtime.stop();
    await server.close();
  });

  /** Requests an address without following its redirect. */
  async function get(path: string, headers: Record<string, string> = {}, method = "GET") {
    const url = new URL(path, server.edge.endpoint);
    const answer = await fetch(url, { method, headers, redirect: "manual" });
    const body = Buffer.from(await answer.arrayBuffer());
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body };
  }
  return {
    address: server.edge.endpoint,
    endpoint: server.proxy.endpoint,
    runtime,
    places,
    topology,
    errors,
    api: (path: string, body?: string) =>
      fetch(new URL(path, server.proxy.endpoint), {
        method: body === undefined ? "GET" : "POST",
        body: body ?? null,
      }),
    get,
    /** Waits until an address answers with a status. */
    until: (path: string, status: number) =>
      waitFor({ read: async () => (await get(path)).status, until: (now) => now === status }),
    put: (Key: string, Body: Buffer | string, more: { Bucket?: string; Tagging?: string } = {}) =>
      s3.send(new PutObjectCommand({ Bucket: places.uploadBucket, Key, Body, ...more })),
    /** Tags a rendition and publishes the result event, as the analyzer does. */
    async quarantine(key: string, rendition: string) {
      const Tagging = { TagSet: [{ Key: "quarantine", Value: "true" }] };
      await s3.send(new PutObjectTaggingCommand({ Bucket: places.processedBucket, Key: rendition, Tagging }));
      const source = aSource({ bucket: places.uploadBucket, key });
      const event = toAnalyzedEvent(quarantined(source), {
        bucket: places.processedBucket,
        key: "analysis/x.json",
      });
      await sns.send(
        new PublishCommand({
          TopicArn: places.resultsTopicArn,
          Message: JSON.stringify(event),
          MessageAttributes: {
            type: { DataType: "String", StringValue: event.type },
            verdict: { DataType: "String", StringValue: "quarantine" },
          },
        }),
      );
    },
    /** The keys of the upload bucket. */
    async keys() {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: places.uploadBucket }));
      return Contents.map(({ Key }) => Key ?? "");
    },
    remove: (Key: string) => s3.send(new DeleteObjectCommand({ Bucket: places.uploadBucket, Key })),
  };
}

/** Returns the analysis of an image with the verdict "quarantine". */
function quarantined(source: ReturnType<typeof aSource>) {
  return {
    schema: "image-analysis.v1" as const,
    status: "analyzed" as const,
    verdict: "quarantine" as const,
    imageId: toImageId(source.bucket, source.key),
    correlationId: "c",
    updatedAt: "2026-01-01T00:00:00.000Z",
    source,
    recipe: "r",
    rules: [],
    models: {},
    timings: { analyzeMs: 1, totalMs: 1 },
  };
}
