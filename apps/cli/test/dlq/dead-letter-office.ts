import { createServer } from "node:http";
import { buffer, text } from "node:stream/consumers";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Clock } from "@image-pipeline/local/clock";
import { definePipeline } from "@image-pipeline/schema/config";
import { imageUploaded, toMessageBody } from "@image-pipeline/schema/events";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { type Running, run } from "../run.ts";

export const RENDITIONS = "image-pipeline-local-renditions";
export const DEAD_LETTERS = `${RENDITIONS}-dlq`;
export const FAILURES = "image-pipeline-local-ingest-failures";
/** The events themselves of the same failures. */
export const BARE_EVENTS = "image-pipeline-local-ingest-dlq";
export const EVENTS = "image-pipeline-local-image-events";
export const RESULTS = "image-pipeline-local-image-results";
const PROCESSED = "image-pipeline-local-processed-000000000000";

/** The settings that the tests' command reads instead of `pipeline.config.ts`. */
export const PIPELINES = definePipeline({
  presets: { thumb: { width: 10, formats: ["webp"] } },
  environments: { dev: {} },
});

/** The pipeline's queues and its processed bucket on local services, with messages in the dead-letter queues. */
export async function deadLetterOffice() {
  const server = await startFauxqs({ port: 0, logger: false });
  const front = await invocationsBefore(server);
  const place = {
    endpoint: front.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  };
  const s3 = new S3Client({ ...place, forcePathStyle: true });
  const sqs = new SQSClient(place);

  /** Subscribes a queue to a topic; without a dead-letter queue when none is named. */
  function subscribe(topic: string, queue: string, deadLetters?: string): void {
    server.createQueue(queue);
    const deadLetterTargetArn = deadLetters && server.createQueue(deadLetters).queueArn;
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn });
    server.subscribe({ topic, queue, ...(deadLetters && { attributes: { RedrivePolicy } }) });
  }
  function open(): void {
    for (const topic of [EVENTS, RESULTS]) server.createTopic(topic);
    subscribe(EVENTS, RENDITIONS, DEAD_LETTERS);
    server.createQueue(FAILURES);
    server.createQueue(BARE_EVENTS);
    server.createBucket(PROCESSED);
  }
  async function recordFailure(messageId: string, code: string, failure: string): Promise<void> {
    const Body = JSON.stringify({ code, text: failure, at: "…", receiveCount: 5, key: null });
    await s3.send(new PutObjectCommand({ Bucket: PROCESSED, Key: `failures/${messageId}.json`, Body }));
  }

  open();
  return {
    server,
    endpoint: front.endpoint,
    invocations: front.invocations,
    /** Adds an upload's message to the dead-letter queue, with the worker's record of its error. @returns its id */
    async add(key: string, code?: string): Promise<string> {
      const messageAttributes = { type: { DataType: "String", StringValue: "image.uploaded" } };
      const { messageId } = server.sendMessage(DEAD_LETTERS, bodyOf(key), { messageAttributes });
      if (code !== undefined) await recordFailure(messageId, code, `${key} failed`);
      return messageId;
    },
    /** Adds an upload's message with a message group. */
    async send(queue: string, key: string, MessageGroupId: string): Promise<void> {
      const QueueUrl = server.inspectQueue(queue)?.url;
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: bodyOf(key), MessageGroupId }));
    },
    recordFailure,
    async put(Bucket: string, Key: string, Body: Buffer): Promise<void> {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
    },
    subscribe,
    ready: (queue: string) => server.inspectQueue(queue)?.messages.ready ?? [],
    held: (queue: string) => server.inspectQueue(queue)?.messages.inflight.length ?? 0,
    empty() {
      front.invocations.length = 0;
      server.purgeAll();
      open();
    },
    async stop() {
      s3.destroy();
      sqs.destroy();
      front.close();
      await server.stop();
    },
  };
}

export function bodyOf(key: string): string {
  const source = {
    bucket: "uploads",
    key,
    eTag: "e",
    versionId: null,
    size: 1,
    sequencer: "0055AED6DCD90281E5",
  };
  return toMessageBody(imageUploaded(source, { time: "2026-01-01T00:00:00.000Z" }));
}

/** Runs `dlq` in this process; its clock is an hour ahead by default, and does not wait. */
export async function dlq(
  argv: string[],
  { startedAt = Date.now() + 3_600_000, ...running }: Running & { startedAt?: number } = {},
) {
  const slept: number[] = [];
  const clock: Clock = {
    now: () => startedAt,
    async sleep(milliseconds) {
      slept.push(milliseconds);
    },
  };
  const ended = await run(["dlq", ...argv], { pipelines: PIPELINES, clock, ...running });
  return { ...ended, slept };
}

/** Headers between a client and its next hop; `fetch` refuses the `expect` with which the SDK announces large bodies. */
const OF_THE_CONNECTION = ["host", "connection", "content-length", "expect"];

/** A proxy with Lambda's Invoke, which fauxqs lacks; everything else is passed on. */
async function invocationsBefore({ port }: FauxqsServer) {
  const invocations: { path: string; type: unknown; payload: unknown }[] = [];
  const server = createServer(async (request, response) => {
    const { url = "", method = "GET", headers } = request;
    if (url.startsWith("/2015-03-31/functions/")) {
      const payload: unknown = JSON.parse(await text(request));
      if (payload === "refuse") {
        response.writeHead(404, { "x-amzn-errortype": "ResourceNotFoundException" }).end("{}");
        return;
      }
      invocations.push({ path: url, type: headers["x-amz-invocation-type"], payload });
      response.writeHead(202).end();
      return;
    }
    const passed = new Headers();
    for (const [name, value] of Object.entries(headers))
      if (typeof value === "string" && !OF_THE_CONNECTION.includes(name)) passed.set(name, value);
    const body = method === "GET" || method === "HEAD" ? null : await buffer(request);
    const answer = await fetch(`http://127.0.0.1:${port}${url}`, { method, headers: passed, body });
    const type = answer.headers.get("content-type");
    const bytes = Buffer.from(await answer.arrayBuffer());
    const length = answer.headers.get("content-length") ?? bytes.length;
    response.writeHead(answer.status, { "content-length": length, ...(type && { "content-type": type }) });
    response.end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { endpoint: `http://127.0.0.1:${address.port}`, invocations, close };
}
