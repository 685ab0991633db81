import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { CreateStateMachineCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { definePipeline } from "@image-pipeline/schema/config";
import { imageUploaded, toMessageBody } from "@image-pipeline/schema/events";
import { toAnalysisKey, toImageId, toManifestKey } from "@image-pipeline/schema/keys";
import type { Manifest } from "@image-pipeline/schema/manifest";
import { aSource, processed, rejected, tombstone } from "@image-pipeline/testing";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { run } from "../run.ts";

const PIPELINES = definePipeline({
  presets: { thumb: { width: 160, formats: ["webp"] } },
  environments: { prod: {} },
});
const PREFIX = "image-pipeline-prod";
const ACCOUNT = "123456789012";
const UPLOADS = `${PREFIX}-uploads-${ACCOUNT}`;
const PROCESSED = `${PREFIX}-processed-${ACCOUNT}`;
const GROUP = `/aws/lambda/${PREFIX}-worker`;
const hasMoto = spawnSync("moto_server", ["--help"]).status === 0;
if (!hasMoto && process.env.CI === "true")
  throw new Error("moto_server is missing: pip install 'moto[server]==5.2.1'");

let moto: ChildProcess;
let s3: S3Client;
let sqs: SQSClient;
let logs: CloudWatchLogsClient;
let states: SFNClient;
const put = (Bucket: string, Key: string, Body: string) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body }));

/** Uploads a source. @returns it as an event would name it */
async function upload(key: string, content = key) {
  const { ETag = "", VersionId = null } = await put(UPLOADS, key, content);
  return aSource({ bucket: UPLOADS, key, eTag: ETag.replaceAll('"', ""), versionId: VersionId });
}
const putManifest = (manifest: Manifest) =>
  put(PROCESSED, toManifestKey(UPLOADS, manifest.source.key), JSON.stringify(manifest));
async function log(key: string, message: string, fields: object = {}, at = Date.now()): Promise<void> {
  const line = { timestamp: new Date(at).toISOString(), level: "INFO", message, key, ...fields };
  const logEvents = [{ timestamp: at, message: JSON.stringify(line) }];
  await logs.send(new PutLogEventsCommand({ logGroupName: GROUP, logStreamName: "s", logEvents }));
}
async function send(queue: string, key: string): Promise<void> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: queue }));
  const event = imageUploaded(aSource({ bucket: UPLOADS, key }), { time: new Date().toISOString() });
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: toMessageBody(event) }));
}

/** Runs `explain` on AWS some seconds from now. */
async function explain(key: string, { seconds = 0, argv = [] as string[] } = {}) {
  const clock = {
    now: () => Date.now() + seconds * 1000,
    sleep: () => new Promise<void>((resolve) => setImmediate(resolve)),
  };
  const { code, json } = await run(["explain", key, "--environment", "prod", "--json", ...argv], {
    pipelines: PIPELINES,
    clock,
  });
  return { code, story: json[0] };
}

beforeAll(async () => {
  if (!hasMoto) return;
  moto = spawn("moto_server", ["-H", "127.0.0.1", "-p", "0"], { stdio: ["ignore", "pipe", "pipe"] });
  const endpoint = await addressOf(moto);
  for (const [name, value] of Object.entries({
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: "someone",
    AWS_SECRET_ACCESS_KEY: "secret",
  }))
    vi.stubEnv(name, value);
  const settings = { region: "us-east-1", endpoint };
  s3 = new S3Client({ ...settings, forcePathStyle: true });
  sqs = new SQSClient(settings);
  logs = new CloudWatchLogsClient(settings);
  states = new SFNClient(settings);
  const sns = new SNSClient(settings);
  for (const Bucket of [UPLOADS, PROCESSED]) {
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
  }
  const queue = (QueueName: string, Attributes = {}) =>
    sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
  const arn = (service: string, name: string) => `arn:aws:${service}:us-east-1:${ACCOUNT}:${name}`;
  await queue(`${PREFIX}-renditions-dlq`);
  const RedrivePolicy = JSON.stringify({
    deadLetterTargetArn: arn("sqs", `${PREFIX}-renditions-dlq`),
    maxReceiveCount: 5,
  });
  await queue(`${PREFIX}-renditions`, { RedrivePolicy, VisibilityTimeout: "360" });
  for (const name of ["ingest-failures", "ingest-dlq"]) await queue(`${PREFIX}-${name}`);
  for (const name of ["image-events", "image-results"])
    await sns.send(new CreateTopicCommand({ Name: `${PREFIX}-${name}` }));
  await sns.send(
    new SubscribeCommand({
      TopicArn: arn("sns", `${PREFIX}-image-events`),
      Protocol: "sqs",
      Endpoint: arn("sqs", `${PREFIX}-renditions`),
      Attributes: { RedrivePolicy },
    }),
  );
  sns.destroy();
  await logs.send(new CreateLogGroupCommand({ logGroupName: GROUP }));
  await logs.send(new CreateLogStreamCommand({ logGroupName: GROUP, logStreamName: "s" }));
}, 60_000);
afterAll(async () => {
  if (!hasMoto) return;
  for (const client of [s3, sqs, logs, states]) client?.destroy();
  vi.unstubAllEnvs();
  const ended = once(moto, "exit");
  moto.kill();
  await ended;
});

function addressOf({ stdout, stderr }: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let text = "";
  for (const stream of [stdout, stderr])
    stream?.setEncoding("utf8").on("data", (part: string) => {
      text += part;
      const [, address] = /Running on (http:\/\/127\.0\.0\.1:\d+)\s/.exec(text) ?? [];
      if (address !== undefined) resolve(address);
    });
  stdout?.once("close", () => reject(new Error(`moto ended: ${text}`)));
  return promise;
}

const PUBLISHED = "published an image.uploaded event for the subscribers of the pipeline";

describe.skipIf(!hasMoto)("explain against an AWS API server", () => {
  test("tells of a processed image with every version of its manifest", async () => {
    const first = await upload("p.jpg", "one");
    await putManifest(processed(first));
    const second = await upload("p.jpg", "two");
    await putManifest(processed(second));
    const { story } = await explain("p.jpg");
    const manifests = [{ sourceETag: second.eTag }, { sourceETag: first.eTag }];
    expect(story).toMatchObject({
      state: "processed",
      uploads: [{ isLatest: true }, { isLatest: false }],
      manifests,
    });
    expect((await explain("p.jpg", { argv: ["--upload", first.eTag] })).story).toMatchObject({
      state: "superseded",
    });
  });

  test("tells of a rejected, a quarantined and a deleted image", async () => {
    await putManifest(rejected(await upload("r.jpg")));
    const source = await upload("q.jpg");
    await putManifest(processed(source));
    const imageId = toImageId(UPLOADS, "q.jpg");
    const analysis = {
      schema: "image-analysis.v1",
      imageId,
      correlationId: "c",
      updatedAt: new Date().toISOString(),
      status: "analyzed",
      source,
      recipe: "r",
      verdict: "quarantine",
      rules: [],
      models: {},
      timings: { analyzeMs: 1, totalMs: 1 },
    };
    await put(PROCESSED, toAnalysisKey(imageId), JSON.stringify(analysis));
    const deleted = await upload("d.jpg");
    await s3.send(new DeleteObjectCommand({ Bucket: UPLOADS, Key: "d.jpg" }));
    await putManifest(tombstone(deleted));
    const states = [];
    for (const key of ["r.jpg", "q.jpg", "d.jpg"]) states.push((await explain(key)).story);
    expect(states).toMatchObject([{ state: "rejected" }, { state: "quarantined" }, { state: "deleted" }]);
  });

  test("tells of deliveries to a webhook, and of the execution that a task's log line names", async () => {
    await putManifest(processed(await upload("h.jpg")));
    const { stateMachineArn } = await states.send(
      new CreateStateMachineCommand({
        name: `${PREFIX}-workflow`,
        definition: JSON.stringify({
          StartAt: "A State",
          States: { "A State": { Type: "Pass", End: true } },
        }),
        roleArn: `arn:aws:iam::${ACCOUNT}:role/${PREFIX}-workflow-machine`,
      }),
    );
    const { executionArn: execution } = await states.send(new StartExecutionCommand({ stateMachineArn }));
    await log("h.jpg", "started a task of the workflow", { task: "inspect", execution });
    const failure = { code: "WEBHOOK_FAILED", attempt: 1, status: 503, endpoint: "https://shop.example" };
    await log("h.jpg", "attempt 1 of 9 failed with WEBHOOK_FAILED: it answered 503", failure);
    const { story } = await explain("h.jpg");
    expect(story).toMatchObject({ state: "processed", unread: [] });
    expect(story).toMatchObject({
      timeline: expect.arrayContaining([
        expect.objectContaining({
          kind: "step",
          text: "the execution succeeded",
          milliseconds: 20_000,
          execution,
        }),
        expect.objectContaining({ kind: "webhook", webhook: expect.objectContaining({ status: 503 }) }),
      ]),
    });
  });

  test("tells of a dead letter, and leaves it in its queue", async () => {
    await upload("l.jpg");
    await send(`${PREFIX}-renditions-dlq`, "l.jpg");
    for (const _time of [1, 2])
      expect(await explain("l.jpg")).toMatchObject({ code: 1, story: { state: "dead letter" } });
  });

  test("tells by the logs of images that wait, are in flight after a crash, expired, or never came to ingest", async () => {
    for (const key of ["w.jpg", "f.jpg", "e.jpg", "n.jpg"]) await upload(key);
    for (const key of ["w.jpg", "f.jpg", "e.jpg"]) await log(key, PUBLISHED);
    await log("f.jpg", "started work on a message", { messageId: "m", receiveCount: 1 }, Date.now() + 1000);
    const week = 7 * 24 * 3600;
    const states = [
      (await explain("w.jpg", { seconds: 200 })).story,
      (await explain("f.jpg", { seconds: 200 })).story,
      (await explain("e.jpg", { seconds: week })).story,
      (await explain("n.jpg", { seconds: 200 })).story,
    ];
    expect(states).toMatchObject([
      { state: "waiting", next: "npx pipeline status --environment prod" },
      { state: "in flight" },
      { state: "expired" },
      { state: "never notified" },
    ]);
  });

  test("names a similar key for an unknown one", async () => {
    await upload("photos/cat.jpg");
    const { code, story } = await explain("photos/cta.jpg");
    expect([code, story]).toMatchObject([1, { state: "unknown key", nearKeys: ["photos/cat.jpg"] }]);
  });
});
