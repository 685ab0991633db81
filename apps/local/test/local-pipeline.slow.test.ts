import { readdirSync } from "node:fs";
import { Server } from "node:net";
import { availableParallelism } from "node:os";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { systemClock } from "../src/clock.ts";
import { startLocalPipeline } from "../src/local-pipeline.ts";
import { startServer } from "../src/server.ts";
import { awsClients, LOCAL_CREDENTIALS } from "../src/services/clients.ts";
import { type Ending, trackedUploads } from "../src/tracking/tracked-uploads.ts";
import { trackUploads } from "../src/tracking/upload-tracker.ts";
import { writeZip } from "./function-factory.ts";
import { endpointsOf, STRANGE_PAGES, send } from "./net/web-page.ts";
import { ref, writeStacks } from "./stack-factory.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Publishes each record as an image event, without an AWS client. */
const INGEST = `exports.handler = async ({ Records }) => {
  for (const { s3: { bucket, object } } of Records) {
    const data = { bucket: bucket.name, key: object.key, eTag: object.eTag, versionId: null, size: object.size, sequencer: object.sequencer, lane: "live", correlationId: "c" };
    const event = { specversion: "1.0", id: "i", type: "image.uploaded", source: "s3://" + bucket.name, subject: object.key, time: "2026-01-01T00:00:00.000Z",
      datacontenttype: "application/json", dataschema: "urn:image-pipeline:image-uploaded.v1.json", data };
    const body = new URLSearchParams({ Action: "Publish", TopicArn: process.env.TOPIC, Message: JSON.stringify(event) });
    const response = await fetch(process.env.AWS_ENDPOINT_URL, { method: "POST", body });
    if (!response.ok) throw new Error(await response.text());
  }
};`;

/** Turns the mapping of the worker off, as the budget's function does. */
const BUDGET = `exports.handler = async () => {
  const url = process.env.AWS_ENDPOINT_URL + "/2015-03-31/event-source-mappings/" + process.env.MAPPING_ID;
  const response = await fetch(url, { method: "PUT", body: JSON.stringify({ Enabled: false }) });
  if (!response.ok) throw new Error(await response.text());
};`;

/** @param visibilitySeconds after which a message that nobody answered for is delivered again */
function stacksWith(given: { ingest: string; worker: string }, visibilitySeconds = 60): string {
  const handlers = { ...given, budget: BUDGET };
  const lambda = (name: keyof typeof handlers, variables: Record<string, string>) => ({
    function_name: name,
    role: "arn:aws:iam::000000000000:role/it",
    filename: writeZip({ "index.js": handlers[name] }),
    handler: "index.handler",
    runtime: "nodejs22.x",
    timeout: 30,
    memory_size: 512,
    environment: { variables },
  });
  return writeStacks({
    core: {
      aws_s3_bucket: { Uploads: { bucket: "uploads" }, Processed: { bucket: "processed" } },
      aws_sns_topic: { Events: { name: "events" }, Results: { name: "results" } },
      aws_sqs_queue: {
        Work: {
          name: "work",
          visibility_timeout_seconds: visibilitySeconds,
          redrive_policy: `{"deadLetterTargetArn":"${ref("aws_sqs_queue.Dead.arn")}","maxReceiveCount":2}`,
        },
        Dead: { name: "work-dlq" },
        Failures: { name: "ingest-failures" },
      },
      aws_sns_topic_subscription: {
        Work: {
          topic_arn: ref("aws_sns_topic.Events.arn"),
          protocol: "sqs",
          endpoint: ref("aws_sqs_queue.Work.arn"),
          raw_message_delivery: true,
        },
      },
      aws_lambda_function: {
        Ingest: lambda("ingest", { TOPIC: ref("aws_sns_topic.Events.arn") }),
        Worker: lambda("worker", {
          PROCESSED_BUCKET: "processed",
          IMAGE_RESULTS_TOPIC_ARN: ref("aws_sns_topic.Results.arn"),
        }),
        Budget: lambda("budget", { MAPPING_ID: ref("aws_lambda_event_source_mapping.Work.uuid") }),
      },
      aws_lambda_permission: {
        Budget: {
          action: "lambda:InvokeFunction",
          function_name: "budget",
          principal: "lambda.alarms.cloudwatch.amazonaws.com",
        },
      },
      aws_lambda_function_event_invoke_config: {
        Ingest: {
          function_name: "ingest",
          destination_config: { on_failure: { destination: ref("aws_sqs_queue.Failures.arn") } },
        },
      },
      aws_lambda_event_source_mapping: {
        Work: {
          event_source_arn: ref("aws_sqs_queue.Work.arn"),
          function_name: "worker",
          batch_size: 1,
          function_response_types: ["ReportBatchItemFailures"],
        },
      },
      aws_s3_bucket_notification: {
        Uploads: {
          bucket: "uploads",
          lambda_function: {
            lambda_function_arn: ref("aws_lambda_function.Ingest.arn"),
            events: ["s3:ObjectCreated:*"],
          },
        },
      },
    },
  });
}

/** On a busy machine a function may take long to start. */
const PATIENT = { timeout: 60_000 };

/** As long as SQS has; with the retry delays of `endOf` longer than a busy machine takes to start a function. */
const LONGEST_VISIBILITY_SECONDS = 43_200;

/** Uploads one object to stacks with these handlers and very short retry delays, and waits for its end. */
async function endOf(
  handlers: { ingest: string; worker: string },
  { manifest, visibilitySeconds }: { manifest?: string; visibilitySeconds?: number } = {},
) {
  const server = await startServer({ ports: [0], folder: temporaryFolder() });
  const endings: Ending[] = [];
  const failures: string[] = [];
  const errors: unknown[] = [];
  const book = trackedUploads((ending) => endings.push(ending));
  const pipeline = await startLocalPipeline(server, {
    stacksFolder: stacksWith(handlers, visibilitySeconds),
    timeScale: 0.001,
    onUpload: ({ key, sequencer, at }) => book.uploaded({ key, sequencer, bytes: 1, at }),
    onFunctionFailure: ({ functionName }) => failures.push(functionName),
  });
  const tracker = trackUploads(pipeline, {
    services: server.services,
    uploads: book,
    clock: systemClock,
    onError: (error) => void errors.push(error),
  });
  const { s3, close } = awsClients({
    endpoint: server.proxy.endpoint,
    region: "us-east-1",
    credentials: LOCAL_CREDENTIALS,
  });
  onTestFinished(async () => {
    close();
    await tracker.stop();
    await pipeline.stop();
    await server.close();
  });
  const at = { Bucket: "processed", Key: "manifests/a.jpg.json" };
  if (manifest !== undefined) await s3.send(new PutObjectCommand({ ...at, Body: manifest }));
  await s3.send(new PutObjectCommand({ Bucket: "uploads", Key: "a.jpg", Body: "x" }));
  await tracker.settled();
  return { endings, failures, errors, count: (queue: string) => server.services.count(queue).visible };
}

describe("the stacks, running", () => {
  it("answer no web page on any port", async () => {
    const listening = vi.spyOn(Server.prototype, "listen");
    onTestFinished(() => listening.mockRestore());
    await endOf({ ingest: INGEST, worker: "exports.handler = async () => null;" });
    const endpoints = endpointsOf(listening.mock.contexts);
    expect(endpoints.length).toBeGreaterThanOrEqual(4);
    for (const endpoint of endpoints)
      for (const [attack, headers] of STRANGE_PAGES) {
        const { status } = await send(endpoint, { headers });
        expect({ endpoint, attack, status }).toEqual({ endpoint, attack, status: 403 });
      }
  });

  it("keep uploads in their queue while the budget's function has stopped the mapping, and process them afterwards", async () => {
    const server = await startServer({ ports: [0], folder: temporaryFolder() });
    const worker = "exports.handler = async () => ({ batchItemFailures: [] });";
    const pipeline = await startLocalPipeline(server, {
      stacksFolder: stacksWith({ ingest: INGEST, worker }),
    });
    const { endpoint } = server.proxy;
    const { s3, close } = awsClients({ endpoint, region: "us-east-1", credentials: LOCAL_CREDENTIALS });
    onTestFinished(async () => {
      close();
      await pipeline.stop();
      await server.close();
    });
    const mappings = `${endpoint}/2015-03-31/event-source-mappings/`;
    const listed = async () => (await fetch(`${mappings}?FunctionName=worker`)).text();
    const waiting = () => server.services.count("work");
    await fetch(`${endpoint}/2015-03-31/functions/budget/invocations`, {
      method: "POST",
      headers: { "x-amz-invocation-type": "Event" },
      body: "{}",
    });
    await expect.poll(listed, PATIENT).toMatch(/"State":"Disabled"/);
    await s3.send(new PutObjectCommand({ Bucket: "uploads", Key: "a.jpg", Body: "x" }));
    await expect.poll(waiting, PATIENT).toEqual({ visible: 1, inFlight: 0, delayed: 0 });
    const [id = ""] = /[0-9a-f-]{36}/.exec(await listed()) ?? [];
    await fetch(mappings + id, { method: "PUT", body: JSON.stringify({ Enabled: true }) });
    await expect.poll(waiting, PATIENT).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it("handle one waiting message more at once than the machine has cores, each in a process of its own", async () => {
    const cores = availableParallelism();
    const started = temporaryFolder();
    const worker = `exports.handler = async () => {
      require("node:fs").writeFileSync(${JSON.stringify(started)} + "/" + process.pid, "");
      await new Promise(() => setInterval(() => "keeps the process alive", 60_000));
    };`;
    const server = await startServer({ ports: [0], folder: temporaryFolder() });
    const pipeline = await startLocalPipeline(server, {
      stacksFolder: stacksWith({ ingest: INGEST, worker }, LONGEST_VISIBILITY_SECONDS),
    });
    onTestFinished(async () => {
      await pipeline.stop();
      await server.close();
    });
    for (let message = 0; message < cores + 3; message++) server.services.send("work", "{}");
    await expect.poll(() => readdirSync(started).length, PATIENT).toBe(cores + 1);
    expect(server.services.count("work")).toEqual({ visible: 2, inFlight: cores + 1, delayed: 0 });
  });

  it("send an event to the failure queue when ingest has failed three times", async () => {
    const { endings, failures, count } = await endOf({
      ingest: "exports.handler = async () => { throw new Error('no topic'); };",
      worker: "",
    });
    expect(endings).toMatchObject([
      { key: "a.jpg", fate: "failed", reasonText: "its event is in ingest-failures: no topic" },
    ]);
    expect([failures, count("ingest-failures")]).toEqual([["ingest", "ingest", "ingest"], 1]);
  });

  it("send a message to the dead-letter queue when the worker has crashed as often as the stack allows", async () => {
    const { endings, failures, count } = await endOf({
      ingest: INGEST,
      worker: "exports.handler = async () => process.exit(1);",
    });
    expect(endings).toMatchObject([
      { key: "a.jpg", fate: "failed", reasonText: "its message is in work-dlq" },
    ]);
    // The message is there when its second delivery has timed out, and that process may end a little later.
    await expect.poll(() => failures, PATIENT).toEqual(["worker", "worker"]);
    expect(count("work-dlq")).toBe(1);
  });

  it("report an image as lost if the worker acknowledges its message without a result", async () => {
    const worker = "exports.handler = async () => ({ batchItemFailures: [] });";
    const { endings } = await endOf(
      { ingest: INGEST, worker },
      { visibilitySeconds: LONGEST_VISIBILITY_SECONDS },
    );
    expect(endings).toMatchObject([{ key: "a.jpg", fate: "lost" }]);
  });

  it("report an image whose manifest is unreadable as failed, once, without an error of the runtime", async () => {
    const { endings, errors } = await endOf(
      { ingest: INGEST, worker: "exports.handler = async () => { throw new Error('unreadable'); };" },
      { manifest: "garbage" },
    );
    expect(endings).toMatchObject([
      { key: "a.jpg", fate: "failed", reasonText: expect.stringContaining("its message is in work-dlq") },
    ]);
    expect(errors).toEqual([]);
  });
});
