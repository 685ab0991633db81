import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import {
  awsClients,
  type Ending,
  LOCAL_CREDENTIALS,
  startLocalPipeline,
  startServer,
  systemClock,
  trackedUploads,
  trackUploads,
} from "@image-pipeline/local";
import { definePipeline, pipelineFor } from "@image-pipeline/schema/config";
import { toNames } from "@image-pipeline/schema/names";
import { waitFor } from "@image-pipeline/testing/progress";
import { strToU8, zipSync } from "fflate";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SubscriberProps } from "../src/constructs/subscriber.ts";
import type { Deployment, PipelineResources } from "../src/deployment.ts";
import { findHandlerZips } from "../src/handler-zips.ts";
import type { Subscribers } from "../src/subscribers/subscribers.ts";
import { synthesise } from "../src/synthesise.ts";
import { temporaryFolder } from "./deployments.ts";
import { documentedSubscriber } from "./documented-subscriber.ts";

const PREFIX = "image-pipeline-local";
const KEYS = ["large.jpg", "small.jpg", "large.png"];

/** Returns a subscriber to every upload with this handler. */
function beside(
  name: string,
  handler: string,
  { pipeline }: Deployment,
  resources: PipelineResources,
): SubscriberProps {
  const path = join(temporaryFolder(), "lambda.zip");
  const bytes = zipSync({ "index.js": strToU8(`exports.handler = ${handler};`) });
  writeFileSync(path, bytes);
  return {
    name,
    subscriptions: [{ topic: resources.imageEvents, filterPolicy: { type: ["image.uploaded"] } }],
    consumer: {
      zip: { path, sha256: createHash("sha256").update(bytes).digest("base64") },
      description: name,
      settings: { ...pipeline.worker, memoryMegabytes: 256, timeoutSeconds: 1, maximumConcurrency: 3 },
      maxQueueAgeSeconds: 3600,
      environment: () => ({}),
      permissions: () => [],
    },
  };
}

/** Starts the pipeline with the documented subscriber, one that fails and one that hangs. */
async function start() {
  const { listed } = await documentedSubscriber();
  const all: Subscribers = (deployment, resources) => ({
    ...listed(deployment, resources),
    Failing: beside("failing", "async () => { throw new Error('no'); }", deployment, resources),
    Hanging: beside("hanging", "() => new Promise(() => {})", deployment, resources),
  });
  const presets = { thumb: { width: 160, height: 160, formats: ["webp" as const] } };
  const local = pipelineFor(definePipeline({ presets, environments: { dev: {} } }), "local");
  const pipeline = { ...local, analysis: { ...local.analysis, enabled: false } };
  const outdir = join(temporaryFolder(), "cdktf.out");
  const zips = findHandlerZips(pipeline);
  synthesise({ pipeline, names: toNames(pipeline), zips, stateBucket: null }, outdir, all);
  const server = await startServer({ ports: [0], folder: temporaryFolder() });
  const endings: Ending[] = [];
  const book = trackedUploads((ending) => endings.push(ending));
  const faults: unknown[] = [];
  const strays: string[] = [];
  const runtime = await startLocalPipeline(server, {
    stacksFolder: join(outdir, "stacks"),
    timeScale: 0.03,
    onUpload: ({ key, sequencer, at, stored }) =>
      book.uploaded({ key, sequencer, at, bytes: stored?.size ?? 0 }),
    onError: (error) => faults.push(error),
  });
  const accounts = trackUploads(runtime, {
    services: server.services,
    uploads: book,
    clock: systemClock,
    onError: (error) => faults.push(error),
    onStrayLetter: ({ key, why }) => strays.push(`${key}: ${why}`),
  });
  const place = { endpoint: server.proxy.endpoint, region: "us-east-1", credentials: LOCAL_CREDENTIALS };
  const clients = awsClients(place);
  return {
    endings,
    faults,
    strays,
    settled: accounts.settled,
    upload: (Key: string, Body: Buffer) =>
      clients.s3.send(new PutObjectCommand({ Bucket: runtime.places.uploadBucket, Key, Body })),
    waitingIn(queue: string): number {
      const { visible, inFlight, delayed } = server.services.count(`${PREFIX}-${queue}`);
      return visible + inFlight + delayed;
    },
    logOf: (name: string) => readFileSync(join(server.folder, "logs", `${PREFIX}-${name}.log`), "utf8"),
    async stop() {
      clients.close();
      await accounts.stop();
      await runtime.stop();
      await server.close();
    },
  };
}

/** Returns noise, which no codec compresses well. */
function noise(edge: number) {
  const noise = { type: "gaussian", mean: 128, sigma: 60 } as const;
  return sharp({ create: { width: edge, height: edge, channels: 3, background: "#000", noise } });
}

describe("subscribers beside the renditions", () => {
  let running: Awaited<ReturnType<typeof start>>;
  let waitedFor: number;
  beforeAll(async () => {
    running = await start();
    await running.upload("large.jpg", await noise(600).jpeg({ quality: 90 }).toBuffer());
    await running.upload("small.jpg", await noise(60).jpeg().toBuffer());
    await running.upload("large.png", await noise(600).png().toBuffer());
    await waitFor({ read: () => running.endings.length, until: (count) => count === KEYS.length });
    waitedFor = running.waitingIn("hanging");
    await running.settled();
  });
  afterAll(() => running?.stop());

  it("receive only the events that match their filter policy", () => {
    const indexed = [...running.logOf("search").matchAll(/"indexed":"([^"]+)"/g)].map(([, key]) => key);
    expect(new Set(indexed)).toEqual(new Set(["large.jpg"]));
    expect(running.waitingIn("search-dlq")).toBe(0);
  });

  it("do not delay images: all images are processed although one subscriber fails and one hangs", () => {
    expect(running.endings.map(({ key, fate }) => `${key} ${fate}`).sort()).toEqual(
      KEYS.map((key) => `${key} processed`).sort(),
    );
    expect(waitedFor).toBeGreaterThan(0);
  });

  it("have failed messages in their own DLQ, which is reported and does not count as a failed image", () => {
    expect(["failing-dlq", "hanging-dlq", "renditions-dlq"].map(running.waitingIn)).toEqual([3, 3, 0]);
    const told = (queue: string) => KEYS.map((key) => `${key}: its message is in ${PREFIX}-${queue}`);
    expect(running.strays.sort()).toEqual([...told("failing-dlq"), ...told("hanging-dlq")].sort());
    expect(running.faults).toEqual([]);
  });
});
