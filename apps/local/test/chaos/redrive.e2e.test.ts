import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { CreateTopicCommand, DeleteTopicCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import { toManifestKey } from "@image-pipeline/schema/keys";
import sharp from "sharp";
import { afterAll, beforeAll, expect, it } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";
import { startChaosPipeline } from "./chaos-pipeline.ts";

const PIPELINE = join(import.meta.dirname, "../../../cli/bin/pipeline.mjs");

let pipeline: Awaited<ReturnType<typeof startChaosPipeline>>;
beforeAll(async () => {
  pipeline = await startChaosPipeline({ folder: temporaryFolder(afterAll) });
});
afterAll(() => pipeline.stop());

/** Runs `npx pipeline dlq ARGS`. */
async function dlq(...args: string[]): Promise<string> {
  const child = spawn(process.execPath, [PIPELINE, "dlq", ...args, "--endpoint", pipeline.endpoint]);
  const [out, error] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return out + error;
}

it("dlq shows why messages failed, and a redrive processes them once the cause is fixed", async () => {
  const { s3, sns, places, settled, topology, endings } = pipeline;
  const subscription = topology.subscriptions.find(({ queueArn }) => queueArn.endsWith("-renditions"));
  const { topicArn = "", queueArn = "" } = subscription ?? {};
  const Body = await sharp({ create: { width: 60, height: 40, channels: 3, background: "#123456" } })
    .jpeg()
    .toBuffer();

  await sns.send(new DeleteTopicCommand({ TopicArn: topicArn }));
  await s3.send(new PutObjectCommand({ Bucket: places.uploadBucket, Key: "a b.jpg", Body }));
  await settled();
  expect(endings).toMatchObject([{ key: "a b.jpg", fate: "failed" }]);
  expect(await dlq("list")).toMatch(/ 1 RetriesExhausted, oldest .*\n +[\w-]+ {2}a b\.jpg {2}/);

  await sns.send(new CreateTopicCommand({ Name: topicArn.split(":").at(-1) ?? "" }));
  const Attributes = { RawMessageDelivery: "true" };
  await sns.send(
    new SubscribeCommand({ TopicArn: topicArn, Protocol: "sqs", Endpoint: queueArn, Attributes }),
  );
  expect(await dlq("redrive")).toMatch(/2 messages sent back/);
  await settled();
  const Key = toManifestKey(places.uploadBucket, "a b.jpg");
  const { Body: manifest } = await s3.send(new GetObjectCommand({ Bucket: places.processedBucket, Key }));
  expect(JSON.parse((await manifest?.transformToString()) ?? "")).toMatchObject({ status: "processed" });
  expect(await dlq("list")).not.toMatch(/RetriesExhausted/);
});

it("an unrecognised message reaches the dead-letter queue with its reason", async () => {
  const { services, settled, topology } = pipeline;
  const queue = topology.queues.find(({ name }) => name.endsWith("-renditions"));
  services.send(queue?.name ?? "", "hello");
  await settled();
  const listed = await dlq("list", "--json");
  expect(JSON.parse(listed)).toMatchObject({ reason: "MALFORMED_MESSAGE", text: "the body is not JSON" });
});
