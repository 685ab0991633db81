import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { imageUploaded, toMessageBody } from "@image-pipeline/schema/events";
import { toAnalysisKey } from "@image-pipeline/schema/keys";
import { aSource, PROCESSED, processed, rejected, tombstone } from "@image-pipeline/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FauxqsPipeline, fauxqsPipeline, PIPELINES } from "../fauxqs-pipeline.ts";
import { temporaryFolder } from "../local-world.ts";
import { run } from "../run.ts";

const RENDITIONS = "image-pipeline-local-renditions";
const logsDir = join(temporaryFolder(), "logs");
let world: FauxqsPipeline;
beforeAll(async () => {
  world = await fauxqsPipeline();
  mkdirSync(logsDir);
  const deadLetterTargetArn = world.server.createQueue(`${RENDITIONS}-dlq`).queueArn;
  world.server.createQueue(RENDITIONS);
  const attributes = { RedrivePolicy: JSON.stringify({ deadLetterTargetArn }) };
  world.server.subscribe({ topic: "image-pipeline-local-image-events", queue: RENDITIONS, attributes });
  for (const name of ["ingest-failures", "ingest-dlq"])
    world.server.createQueue(`image-pipeline-local-${name}`);
});
afterAll(() => world.stop());

/** Runs `explain` some seconds from now, with the log folder of the runtime. */
function explain(key: string, { seconds = 0, argv = ["--json"] as string[], hasLogs = true } = {}) {
  const runtime = {
    endpoint: world.endpoint,
    logsDir,
    pid: 1,
    dataDir: "",
    startedAt: "",
  };
  return run(["explain", key, "--endpoint", world.endpoint, ...argv], {
    pipelines: PIPELINES,
    clock: { now: () => Date.now() + seconds * 1000, sleep: async () => undefined },
    runtimes: async () => (hasLogs ? [runtime] : []),
  });
}
function send(queue: string, key: string): string {
  const source = aSource({ key });
  return world.server.sendMessage(
    queue,
    toMessageBody(imageUploaded(source, { time: new Date().toISOString() })),
  ).messageId;
}
function log(name: string, key: string, message: string, fields: object = {}): void {
  const line = {
    timestamp: new Date().toISOString(),
    level: "INFO",
    message,
    key,
    correlationId: "c",
    ...fields,
  };
  writeFileSync(join(logsDir, `image-pipeline-local-${name}.log`), `${JSON.stringify(line)}\n`, {
    flag: "a",
  });
}

describe("explain", () => {
  test("finds a processed image with its renditions, and ends with 0", async () => {
    await world.putImage("p.jpg");
    log("worker", "p.jpg", "rendered the upload", { decision: "process", messageId: "m", receiveCount: 1 });
    const { code, json } = await explain("p.jpg");
    expect([code, json]).toMatchObject([
      0,
      [{ state: "processed", renditions: [{ preset: "thumb" }], check: [], unread: [] }],
    ]);
    expect(JSON.stringify(json)).toContain('"kind":"done"');
  });

  test("finds the deliveries to a webhook and the steps of the workflow in the log files", async () => {
    await world.putImage("h.jpg");
    log("workflow", "h.jpg", "Render succeeded", { state: "Render", execution: "e", milliseconds: 900 });
    log("webhook-local", "h.jpg", "delivered the event to the webhook", {
      decision: "WEBHOOK_DELIVERED",
      endpoint: "http://127.0.0.1:9000",
      attempt: 1,
      status: 204,
      milliseconds: 8,
    });
    const { json } = await explain("h.jpg");
    expect(json).toMatchObject([
      {
        state: "processed",
        timeline: expect.arrayContaining([
          expect.objectContaining({ kind: "step", milliseconds: 900, execution: "e" }),
          expect.objectContaining({
            kind: "webhook",
            webhook: expect.objectContaining({ endpoint: "http://127.0.0.1:9000", status: 204, attempt: 1 }),
          }),
        ]),
      },
    ]);
  });

  test("finds a waiting message in its queue", async () => {
    await world.putSource("w.jpg");
    const messageId = send(RENDITIONS, "w.jpg");
    const { json } = await explain("w.jpg", { seconds: 600 });
    expect(json).toMatchObject([{ state: "waiting", messages: [{ queue: RENDITIONS, messageId }] }]);
  });

  test("finds a message that a stopped function held, and the time at which it is received again", async () => {
    await world.putSource("f.jpg");
    const messageId = send(RENDITIONS, "f.jpg");
    const sqs = new SQSClient({
      endpoint: world.endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
    const QueueUrl = world.server.inspectQueue(RENDITIONS)?.url;
    await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 900 }));
    sqs.destroy();
    log("worker", "f.jpg", "the function was stopped while it held a message: signal: SIGKILL", {
      messageId,
      receiveCount: 1,
    });
    const { code, json } = await explain("f.jpg");
    const nextReceiveAt = expect.stringMatching(/^20/);
    expect([code, json]).toMatchObject([
      0,
      [
        {
          state: "in flight",
          messages: [{ messageId, nextReceiveAt }],
          timeline: [{}, { kind: "killed", nextReceiveAt }],
        },
      ],
    ]);
  });

  test("finds a dead letter, and ends with 1", async () => {
    await world.putSource("d.jpg");
    send(`${RENDITIONS}-dlq`, "d.jpg");
    const { code, json } = await explain("d.jpg");
    expect([code, json]).toMatchObject([1, [{ state: "dead letter", next: "npx pipeline dlq show d.jpg" }]]);
  });

  test("finds a rejected and a quarantined image", async () => {
    await world.putManifest(rejected(await world.putSource("r.jpg")));
    const source = await world.putImage("q.jpg");
    const { imageId } = processed(source);
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
    await world.put(PROCESSED, toAnalysisKey(imageId), JSON.stringify(analysis));
    const states = [(await explain("r.jpg")).json[0], (await explain("q.jpg")).json[0]];
    expect(states).toMatchObject([{ state: "rejected" }, { state: "quarantined" }]);
  });

  test("finds an upload that a newer one has superseded, by what ingest has logged", async () => {
    const published = "published an image.uploaded event for the subscribers of the pipeline";
    log("ingest", "s.jpg", published, { type: "image.uploaded", eTag: "earlier", size: 7 });
    await world.putImage("s.jpg");
    const { json } = await explain("s.jpg", { argv: ["--json", "--upload", "earlier"] });
    expect(json).toMatchObject([
      { state: "superseded", uploads: [{ isLatest: true }, { eTag: "earlier", bytes: 7, isLatest: false }] },
    ]);
  });

  test("finds a message that has expired: it was published, and no queue has it any more", async () => {
    await world.putSource("e.jpg");
    log("ingest", "e.jpg", "published an image.uploaded event for the subscribers of the pipeline");
    const { code, json } = await explain("e.jpg", { seconds: 600 });
    expect([code, json]).toMatchObject([1, [{ state: "expired" }]]);
  });

  test("finds a deleted image by its tombstone", async () => {
    await world.putManifest(tombstone(aSource({ key: "x.jpg" })));
    expect((await explain("x.jpg")).json).toMatchObject([{ state: "deleted" }]);
  });

  test("finds an upload that S3 never notified, and ends with 1", async () => {
    await world.putSource("n.jpg");
    const { code, json } = await explain("n.jpg", { seconds: 600 });
    expect([code, json]).toMatchObject([1, [{ state: "never notified" }]]);
  });

  test("names similar keys for an unknown one, and ends with 1", async () => {
    await world.putSource("photos/IMG_1.JPG");
    const { code, out } = await explain("photos/IMG_1.jpg", { argv: [] });
    expect(code).toBe(1);
    expect(out).toContain("photos/IMG_1.jpg: unknown key");
    expect(out).toContain("  photos/IMG_1.JPG");
    expect(out.at(-1)).toBe("next: npx pipeline explain photos/IMG_1.JPG");
  });

  test("names the logs that it could not read", async () => {
    await world.putSource("u.jpg");
    const { json } = await explain("u.jpg", { seconds: 600, hasLogs: false });
    expect(json).toMatchObject([{ state: "unclear", unread: [{ what: "logs" }] }]);
  });

  test("refuses an upload that the key never had", async () => {
    await world.putSource("v.jpg");
    const { code, error } = await explain("v.jpg", { argv: ["--upload", "nothing"] });
    expect([code, error]).toEqual([
      1,
      ['explain: v.jpg has no upload "nothing": see the uploads of npx pipeline explain v.jpg'],
    ]);
  });
});
