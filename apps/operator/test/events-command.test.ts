import { readFileSync } from "node:fs";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { toResultEvent } from "@image-pipeline/schema";
import { aSource, PROCESSED, processed, rejected, tombstone } from "@image-pipeline/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventsCommand } from "../src/events/events-command.ts";
import { type FauxqsPipeline, fauxqsPipeline, PIPELINES } from "./fauxqs-pipeline.ts";
import { run } from "./run.ts";

const GOLDEN_ANALYZED = new URL(
  "../../../packages/schema/test/golden/image-analyzed.v1.json",
  import.meta.url,
);
const TOPIC = "image-pipeline-local-image-results";
const source = aSource();
const manifests = [processed(source), rejected(source), tombstone(source)];
const results = manifests.map((manifest) =>
  toResultEvent(manifest, { bucket: PROCESSED, key: "manifests/m.json" }),
);

let world: FauxqsPipeline;
let sqs: SQSClient;
beforeAll(async () => {
  world = await fauxqsPipeline();
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  sqs = new SQSClient({ endpoint: world.endpoint, region: "us-east-1", credentials });
});
afterAll(async () => {
  sqs.destroy();
  await world.stop();
});

const queues = async () =>
  ((await sqs.send(new ListQueuesCommand({}))).QueueUrls ?? []).filter((url) => url.includes("-events-"));

/** Follows until it has told so many lines of what is published once it follows, then presses Ctrl-C. */
async function follow(argv: readonly string[], { until, bodies }: { until: number; bodies: string[] }) {
  const interruption = new AbortController();
  let lines = 0;
  let during: string[] = [];
  const ended = await run(
    eventsCommand({ pipelines: async () => PIPELINES }),
    ["--endpoint", world.endpoint, ...argv],
    {
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
    },
  );
  return { ...ended, during };
}
const bodies = results.map((event) => JSON.stringify(event));

describe("events", () => {
  test("prints one line for each result, and ends with 0 on Ctrl-C", async () => {
    const { code, out } = await follow([], { until: 3, bodies });
    expect(code).toBe(0);
    expect(out.toSorted()).toEqual([
      "2026-01-01 00:00:09  image.processed  photos/a.jpg  1 rendition, 0 kB",
      "2026-01-01 00:00:09  image.rejected   photos/a.jpg  CORRUPT_IMAGE: cut short",
      "2026-01-01 00:00:09  image.removed    photos/a.jpg",
    ]);
  });

  test("--json prints each event whole", async () => {
    const { json } = await follow(["--json"], { until: 3, bodies });
    expect(json).toEqual(expect.arrayContaining(results));
  });

  test("--type prints those types alone", async () => {
    const argv = ["--json", "--type", "image.removed", "--type", "image.rejected"];
    const { json } = await follow(argv, { until: 2, bodies });
    expect(json.map((event) => Object(event).type).sort()).toEqual(["image.rejected", "image.removed"]);
  });

  test("prints what an analysis led to", async () => {
    const analyzed = readFileSync(GOLDEN_ANALYZED, "utf8");
    const { out } = await follow([], { until: 1, bodies: [analyzed] });
    expect(out).toEqual(["2026-01-01 00:00:01  image.analyzed   photos/a b+ü.jpg  quarantine Violence"]);
  });

  test("says of a message that is no result event that it is none", async () => {
    const { out, error } = await follow([], { until: 1, bodies: ["{}"] });
    expect([out, error.at(-1)]).toEqual([[], "a message that is no result event known here: {}"]);
  });

  test("has a queue of its own while it follows, and leaves none", async () => {
    const { during } = await follow([], { until: 1, bodies: ["{}"] });
    expect([during.length, await queues()]).toEqual([1, []]);
  });

  test("leaves no queue where the topic is not there", async () => {
    const pipelines = new Map(
      [...PIPELINES].map(([name, pipeline]) => [name, { ...pipeline, name: "elsewhere" }]),
    );
    const ended = await run(eventsCommand({ pipelines: async () => pipelines }), [
      "--endpoint",
      world.endpoint,
    ]);
    expect([ended.code, ended.error.length, await queues()]).toEqual([1, 1, []]);
    expect(ended.error[0]).toContain("the pipeline is not deployed there");
  });

  test("refuses a type that there is not, and names those there are", async () => {
    const { code, error } = await run(eventsCommand({ pipelines: async () => PIPELINES }), [
      "--type",
      "image.lost",
    ]);
    expect([code, error]).toEqual([
      2,
      [
        'events: --type must be image.processed, image.rejected, image.removed, image.analyzed, not "image.lost"',
      ],
    ]);
  });
});
