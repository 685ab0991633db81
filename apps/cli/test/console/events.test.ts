import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { type ResultEvent, toMessageBody, toResultEvent } from "@image-pipeline/schema/events";
import { aSource, processed, rejected } from "@image-pipeline/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { deadLetterOffice, PIPELINES, RESULTS } from "../dlq/dead-letter-office.ts";
import { temporaryFolder } from "../local-world.ts";
import { runConsole, type TestConsole } from "./running-console.ts";

const KEY = "photos/<img src=x onerror=alert(1)>.jpg";
const AT = { bucket: "processed", key: "manifests/x.json" };
const EVENT = toResultEvent(rejected(aSource({ key: KEY })), AT);
const state = temporaryFolder();
const logsDir = join(state, "logs");
let office: Awaited<ReturnType<typeof deadLetterOffice>>;
let running: TestConsole;
let sns: SNSClient;
let sqs: SQSClient;
let headers: Record<string, string>;

beforeAll(async () => {
  office = await deadLetterOffice();
  office.subscribe(RESULTS, "image-pipeline-local-shop");
  mkdirSync(logsDir);
  const runtime = { endpoint: office.endpoint, logsDir, pid: 1, dataDir: "", startedAt: "" };
  const runtimes = async () => [runtime];
  running = await runConsole({ endpoint: office.endpoint }, { state, pipelines: PIPELINES, runtimes });
  const signedIn = await fetch(running.address, { redirect: "manual" });
  const cookie = String(signedIn.headers.get("set-cookie")).split(";")[0] ?? "";
  const session = await fetch(`${running.origin}/api/session`, { headers: { cookie } });
  const { csrfToken } = z.object({ csrfToken: z.string() }).parse(await session.json());
  headers = { cookie, "x-csrf-token": csrfToken, "content-type": "application/json" };
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const place = { endpoint: office.endpoint, region: "us-east-1", credentials };
  sns = new SNSClient(place);
  sqs = new SQSClient(place);
  await passThroughConsole(EVENT);
});
afterAll(async () => {
  sns.destroy();
  sqs.destroy();
  await running.close();
  await office.stop();
});

const topicArn = () => office.server.createTopic(RESULTS).topicArn;

/** Publishes an event while a page listens, and waits until the page has it. */
async function passThroughConsole(event: ResultEvent): Promise<void> {
  const { body } = await fetch(`${running.origin}/api/live?channel=events`, { headers });
  if (!body) throw new Error("no stream");
  const publish = () => sns.send(new PublishCommand({ TopicArn: topicArn(), Message: toMessageBody(event) }));
  // The queue is subscribed some time after the answer began.
  const beat = setInterval(publish, 200);
  let text = "";
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.includes("data: ")) break;
  }
  clearInterval(beat);
}

async function send(body: object, more: Record<string, string> = {}) {
  const init = { method: "POST", headers: { ...headers, ...more }, body: JSON.stringify(body) };
  const answer = await fetch(`${running.origin}/api/events/send-again`, init);
  return { status: answer.status, answer: await answer.json() };
}
const got = () => office.ready("image-pipeline-local-shop").length;

describe("an event that is sent again", () => {
  it("is published to its topic as it came, and a dry run only names the subscribers", async () => {
    const before = got();
    const named = { status: 200, answer: { topic: topicArn(), subscribers: ["image-pipeline-local-shop"] } };
    expect(await send({ id: EVENT.id, key: KEY, dryRun: true })).toEqual(named);
    expect(got()).toBe(before);
    expect(await send({ id: EVENT.id, key: KEY })).toEqual(named);
    const { body, messageAttributes } = office.ready("image-pipeline-local-shop").at(-1) ?? {};
    expect(JSON.parse(z.object({ Message: z.string() }).parse(JSON.parse(body ?? "")).Message)).toEqual(
      JSON.parse(toMessageBody(EVENT)),
    );
    expect(JSON.parse(body ?? "")).toMatchObject({
      MessageAttributes: { type: { Value: "image.rejected" }, reason: { Value: "CORRUPT_IMAGE" } },
    });
    expect(messageAttributes).toEqual({});
  });

  it("leaves a line in the audit's file, refused ones too", async () => {
    await send({ id: EVENT.id, key: KEY });
    expect((await send({ id: EVENT.id, key: KEY }, { "x-csrf-token": "another" })).status).toBe(403);
    const lines = readFileSync(join(state, "image-pipeline/console-audit.jsonl"), "utf8").trim().split("\n");
    expect(lines.slice(-2).map((line): unknown => JSON.parse(line))).toMatchObject([
      { change: "POST /api/events/send-again", request: { id: EVENT.id, key: KEY }, outcome: "done" },
      { change: "POST /api/events/send-again", outcome: "refused" },
    ]);
  });

  it.each([
    ["an event that this console never had", { id: "nothing", key: KEY }],
    ["another key", { id: EVENT.id, key: "photos/b.jpg" }],
    ["an event of the page's own", { ...toResultEvent(processed(aSource()), AT) }],
  ])("is refused for %s", async (_what, body) => {
    const before = got();
    expect((await send(body)).status).toBe(502);
    expect(got()).toBe(before);
  });

  it("is refused by a console that may only read", async () => {
    const readOnly = await runConsole({ environment: "dev" }, { state, pipelines: PIPELINES });
    const signedIn = await fetch(readOnly.address, { redirect: "manual" });
    const cookie = String(signedIn.headers.get("set-cookie")).split(";")[0] ?? "";
    const session = await fetch(`${readOnly.origin}/api/session`, { headers: { cookie } });
    const { csrfToken } = z.object({ csrfToken: z.string() }).parse(await session.json());
    const answer = await fetch(`${readOnly.origin}/api/events/send-again`, {
      method: "POST",
      headers: { ...headers, cookie, "x-csrf-token": csrfToken, "x-environment": "dev" },
      body: JSON.stringify({ id: EVENT.id, key: KEY }),
    });
    await readOnly.close();
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining("--allow-writes")]);
  });
});

it.each(["events", "changes", "images"])(
  "leaves no queue behind when it ends while a page listens to %s",
  async (channel) => {
    const other = await runConsole({ endpoint: office.endpoint }, { state, pipelines: PIPELINES });
    const signedIn = await fetch(other.address, { redirect: "manual" });
    const cookie = String(signedIn.headers.get("set-cookie")).split(";")[0] ?? "";
    const queues = async () => {
      const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
      return QueueUrls.filter((url) => url.includes("-events-")).length;
    };
    await expect.poll(queues, { timeout: 300_000 }).toBe(0);
    const { body } = await fetch(`${other.origin}/api/live?channel=${channel}`, { headers: { cookie } });
    await expect.poll(queues, { timeout: 300_000 }).toBe(1);
    await other.close();
    expect(await queues()).toBe(0);
    await body?.cancel().catch(() => "it has ended");
  },
);

it("shows the deliveries to a webhook with their answers, newest first", async () => {
  const at = (second: number) => `2026-01-05T12:00:0${second}.000Z`;
  const common = {
    level: "INFO",
    id: EVENT.id,
    type: EVENT.type,
    key: KEY,
    endpoint: "http://127.0.0.1:9000",
  };
  const lines = [
    { ...common, timestamp: new Date().toISOString(), message: "started work" },
    {
      ...common,
      timestamp: at(1),
      message: "attempt 1 of 9 failed with WEBHOOK_FAILED: it answered 503",
      code: "WEBHOOK_FAILED",
      attempt: 1,
      attempts: 9,
      status: 503,
      why: "it answered 503",
      answer: "<b>try later</b>",
      milliseconds: 30,
      retryInSeconds: 5,
      isFinal: false,
    },
    {
      ...common,
      timestamp: at(7),
      message: "delivered the event to the webhook",
      decision: "WEBHOOK_DELIVERED",
      attempt: 2,
      status: 204,
      milliseconds: 12,
    },
  ];
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  writeFileSync(join(logsDir, "image-pipeline-local-webhook-local.log"), text);
  writeFileSync(join(logsDir, "image-pipeline-local-worker.log"), text);
  const answer = await fetch(`${running.origin}/api/webhooks`, { headers });
  const own = { webhook: "local", id: EVENT.id, key: KEY, endpoint: "http://127.0.0.1:9000" };
  expect(await answer.json()).toEqual({
    usd: null,
    deliveries: [
      expect.objectContaining({ ...own, time: at(7), attempt: 2, status: 204, isDelivered: true }),
      expect.objectContaining({
        ...own,
        attempt: 1,
        status: 503,
        isDelivered: false,
        answer: "<b>try later</b>",
        retryInSeconds: 5,
      }),
    ],
  });
});

it("has the published schema of each type of event, and of nothing else", async () => {
  const ask = (type: string) => fetch(`${running.origin}/api/events/schema?type=${type}`, { headers });
  expect(await (await ask("image.removed")).json()).toMatchObject({
    schema: { $id: "urn:image-pipeline:image-removed.v1.json" },
  });
  expect((await ask("../package")).status).toBe(502);
});
