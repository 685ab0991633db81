import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { runCommand, type Terminal } from "@image-pipeline/operator-kit";
import { imageUploaded, toMessageBody } from "@image-pipeline/schema";
import { definePipeline } from "@image-pipeline/schema/config";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import type { Clock } from "../src/clock.ts";
import { dlqCommand } from "../src/dlq-command.ts";

export const RENDITIONS = "image-pipeline-local-renditions";
export const DEAD_LETTERS = `${RENDITIONS}-dlq`;
export const FAILURES = "image-pipeline-local-ingest-failures";
/** Of the same failures, the bare events. */
export const BARE_EVENTS = "image-pipeline-local-ingest-dlq";
export const EVENTS = "image-pipeline-local-image-events";
export const RESULTS = "image-pipeline-local-image-results";
const PROCESSED = "image-pipeline-local-processed-000000000000";

/** The settings that the tests' command reads instead of `pipeline.config.ts`. */
const PIPELINES = definePipeline({
  presets: { thumb: { width: 10, formats: ["webp"] } },
  environments: { dev: {} },
});

/** The pipeline's queues and its processed bucket on real local services, with dead letters put into them. */
export async function deadLetterOffice() {
  const server = await startFauxqs({ port: 0, logger: false });
  const front = await invocationsBefore(server);
  const s3 = new S3Client({
    endpoint: front.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    forcePathStyle: true,
  });

  /** A queue that gets what a topic has; without a dead-letter queue when none is named. */
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
    /** An upload's message in the dead-letter queue, with what the worker recorded of it. @returns its id */
    async bury(key: string, code?: string): Promise<string> {
      const messageAttributes = { type: { DataType: "String", StringValue: "image.uploaded" } };
      const { messageId } = server.sendMessage(DEAD_LETTERS, bodyOf(key), { messageAttributes });
      if (code !== undefined) await recordFailure(messageId, code, `${key} failed`);
      return messageId;
    },
    recordFailure,
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
      front.close();
      await server.stop();
    },
  };
}

export function bodyOf(key: string): string {
  const source = { bucket: "uploads", key, eTag: "e", versionId: null, size: 1, sequencer: "10" };
  return toMessageBody(imageUploaded(source, { time: "2026-01-01T00:00:00.000Z" }));
}

/** Runs `dlq` in this process; its clock says an hour from now unless told otherwise, and does not wait. */
export async function dlq(
  argv: string[],
  {
    signal = new AbortController().signal,
    onLine = (_line: string): void => {},
    startedAt = Date.now() + 3_600_000,
  } = {},
) {
  const out: string[] = [];
  const error: string[] = [];
  const slept: number[] = [];
  const terminal: Terminal = {
    out(line) {
      out.push(line);
      onLine(line);
    },
    note: (line) => error.push(line),
    status: () => {},
  };
  const clock: Clock = {
    now: () => startedAt,
    sleep: async (milliseconds) => slept.push(milliseconds),
  };
  const command = dlqCommand({ pipelines: async () => PIPELINES, clock });
  const code = await runCommand(command, argv, { terminal, signal, variables: {} });
  return { code, out, error, slept };
}

/** Lambda's Invoke, which fauxqs lacks, before it; everything else is passed on. */
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
      if (typeof value === "string" && !["host", "connection", "content-length"].includes(name))
        passed.set(name, value);
    const body = method === "GET" || method === "HEAD" ? null : await text(request);
    const answer = await fetch(`http://127.0.0.1:${port}${url}`, { method, headers: passed, body });
    const type = answer.headers.get("content-type");
    response.writeHead(answer.status, type ? { "content-type": type } : {});
    response.end(await answer.text());
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
