import { readFileSync } from "node:fs";
import { ListSubscriptionsByTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { ResultEvent, toResultEvent } from "@image-pipeline/schema/events";
import { aSource, PROCESSED, processed, rejected, tombstone } from "@image-pipeline/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTemporaryQueue } from "../../src/events/temporary-queue.ts";
import { TYPES } from "../../src/events/types.ts";
import { type FauxqsPipeline, fauxqsPipeline, PIPELINES } from "../fauxqs-pipeline.ts";
import { run } from "../run.ts";

const GOLDEN_ANALYZED = new URL(
  "../../../../packages/schema/test/golden/image-analyzed.v1.json",
  import.meta.url,
);
const TOPIC = "image-pipeline-local-image-results";
const topicArn = `arn:aws:sns:us-east-1:000000000000:${TOPIC}`;
const imagesArn = topicArn.replace("results", "events");
const source = aSource();
const manifests = [processed(source), rejected(source), tombstone(source)];
const results = manifests.map((manifest) =>
  toResultEvent(manifest, { bucket: PROCESSED, key: "manifests/m.json" }),
);

let world: FauxqsPipeline;
let sqs: SQSClient;
let sns: SNSClient;
beforeAll(async () => {
  world = await fauxqsPipeline();
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  sqs = new SQSClient({ endpoint: world.endpoint, region: "us-east-1", credentials });
  sns = new SNSClient({ endpoint: world.endpoint, region: "us-east-1", credentials });
});
afterAll(async () => {
  sqs.destroy();
  sns.destroy();
  await world.stop();
});

const queues = async () =>
  ((await sqs.send(new ListQueuesCommand({}))).QueueUrls ?? []).filter((url) => url.includes("-events-"));

/** Follows until a number of lines were written about the events published meanwhile, then presses Ctrl-C. */
async function follow(argv: readonly string[], { until, bodies }: { until: number; bodies: string[] }) {
  const interruption = new AbortController();
  let lines = 0;
  let during: string[] = [];
  const ended = await run(["events", "--endpoint", world.endpoint, ...argv], {
    pipelines: PIPELINES,
    signal: interruption.signal,
    async onLine(line) {
      if (line.startsWith("following")) {
        during = await queues();
        for (const [index, body] of bodies.entries()) {
          const type = results[index]?.type ?? "other";
          world.server.publish(TOPIC, body, {
            messageAttributes: { type: { DataType: "String", StringValue: type } },
          });
        }
      } else if (++lines === until) interruption.abort();
    },
  });
  return { ...ended, during };
}
const bodies = results.map((event) => JSON.stringify(event));

describe("events", () => {
  test("prints one line for each result, and ends with 0 on Ctrl-C", async () => {
    const { code, out } = await follow([], { until: 3, bodies });
    expect(code).toBe(0);
    expect(out.toSorted()).toEqual([
      "2026-01-01 00:00:09  image.processed  photos/a.jpg  1 rendition, 22 B",
      "2026-01-01 00:00:09  image.rejected   photos/a.jpg  CORRUPT_IMAGE: cut short",
      "2026-01-01 00:00:09  image.removed    photos/a.jpg",
    ]);
  });

  test("prints each event as JSON with --json", async () => {
    const { json } = await follow(["--json"], { until: 3, bodies });
    expect(json).toEqual(expect.arrayContaining(results));
  });

  test("prints only the types of --type", async () => {
    const argv = ["--json", "--type", "image.removed", "--type", "image.rejected"];
    const { json } = await follow(argv, { until: 2, bodies });
    expect(json.map((event) => Object(event).type).sort()).toEqual(["image.rejected", "image.removed"]);
  });

  test("prints the verdict of an analysis", async () => {
    const analyzed = readFileSync(GOLDEN_ANALYZED, "utf8");
    const { out } = await follow([], { until: 1, bodies: [analyzed] });
    expect(out).toEqual(["2026-01-01 00:00:01  image.analyzed   photos/a b+ü.jpg  quarantine Violence"]);
  });

  test("reports a message that is not a result event", async () => {
    const { out, error } = await follow([], { until: 1, bodies: ["{}"] });
    expect([out, error.at(-1)]).toEqual([[], "unrecognised message: {}"]);
  });

  test("has a temporary queue while it follows, and removes it", async () => {
    const { during } = await follow([], { until: 1, bodies: ["{}"] });
    expect([during.length, await queues()]).toEqual([1, []]);
  });

  test("leaves no queue when the topic does not exist", async () => {
    const pipelines = new Map(
      [...PIPELINES].map(([name, pipeline]) => [name, { ...pipeline, name: "elsewhere" }]),
    );
    const ended = await run(["events", "--endpoint", world.endpoint], { pipelines });
    expect([ended.code, ended.error.length, await queues()]).toEqual([1, 1, []]);
    expect(ended.error[0]).toContain("the pipeline is not deployed there");
  });

  test("suggests a type for one that does not exist", async () => {
    const { code, error } = await run(["events", "--type", "image.proccessed"]);
    expect({ code, error }).toEqual({
      code: 2,
      error: [
        'events: there is no event type "image.proccessed": did you mean "image.processed"? (there are image.processed, image.rejected, image.removed, image.analyzed)',
      ],
    });
  });

  test("knows every type of the contract", () => {
    expect(TYPES).toEqual(ResultEvent.options.map(({ shape }) => shape.type.value));
  });

  test("removes the queue and the subscription of a follower that was killed, and no other's", async () => {
    const killed = await followerQueue("killed", 11 * 60);
    const alive = await followerQueue("alive", 60);
    await follow([], { until: 1, bodies: ["{}"] });
    expect(await queues()).toEqual([alive]);
    const { Subscriptions = [] } = await sns.send(
      new ListSubscriptionsByTopicCommand({ TopicArn: topicArn }),
    );
    const { Subscriptions: others = [] } = await sns.send(
      new ListSubscriptionsByTopicCommand({ TopicArn: imagesArn }),
    );
    const left = alive.split("/").at(-1);
    for (const subscriptions of [
      Subscriptions,
      others.filter(({ Endpoint }) => !Endpoint?.endsWith(":inbox")),
    ])
      expect(subscriptions.map(({ Endpoint }) => Endpoint?.split(":").at(-1))).toEqual([left]);
    expect(killed).not.toBe(alive);
  });
});

/** Opens the queue of a follower that was last alive so long ago, and leaves it. */
async function followerQueue(name: string, secondsAgo: number): Promise<string> {
  const queueName = `image-pipeline-local-events-${name}`;
  const clock = { now: () => Date.now() - secondsAgo * 1000 };
  return (
    await openTemporaryQueue({ sns, sqs, clock, topicArns: [topicArn, imagesArn], queueName, types: [] })
  ).url;
}
