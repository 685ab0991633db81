import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { toManifestKey } from "@image-pipeline/schema/keys";
import { Manifest } from "@image-pipeline/schema/manifest";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startChaosPipeline } from "../chaos/chaos-pipeline.ts";
import { NO_FAULTS } from "../chaos/fault-proxy.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const PIPELINE = join(import.meta.dirname, "../../../cli/bin/pipeline.mjs");
/** The way of a picture that nothing is wrong with. */
const PUBLISHED = ["Inspect", "Render", "Analyse", "Publish"];
const folder = temporaryFolder(afterAll);
/** The number of further requests that are refused. */
const refusals = { left: 0, key: "" };
const shares = Object.defineProperty({ ...NO_FAULTS }, "slowDown", {
  get: () => (refusals.left-- > 0 ? 1 : 0),
});

let pipeline: Awaited<ReturnType<typeof startChaosPipeline>>;
let photograph: Buffer;
beforeAll(async () => {
  photograph = await plain("#336699");
  pipeline = await startChaosPipeline({
    folder,
    shares,
    random: () => 0.5,
    isFaultPlace: ({ url }) => refusals.key !== "" && (url ?? "").includes(`/manifests/${refusals.key}.json`),
  });
});
afterAll(() => pipeline.stop());

function plain(background: string): Promise<Buffer> {
  return sharp({ create: { width: 600, height: 400, channels: 3, background } })
    .jpeg()
    .toBuffer();
}

/** Puts an object and waits until it is processed completely. @returns its end, and its executions */
async function put(Key: string, Body: Buffer) {
  const { s3, places, settled, endings, executions } = pipeline;
  const from = { endings: endings.length, executions: executions.length };
  await s3.send(new PutObjectCommand({ Bucket: places.uploadBucket, Key, Body }));
  await settled();
  return { endings: endings.slice(from.endings), executions: executions.slice(from.executions) };
}

async function manifestOf(key: string): Promise<Manifest> {
  const { s3, places } = pipeline;
  const Key = toManifestKey(places.uploadBucket, key);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: places.processedBucket, Key }));
  return Manifest.parse(JSON.parse((await Body?.transformToString()) ?? ""));
}

/** Returns the log lines of the worker's functions about a key. */
function workerLog(): string {
  const logs = join(folder, "data/logs");
  const ofTheWorker = readdirSync(logs).filter((name) => name.endsWith("-worker.log"));
  return ofTheWorker.map((name) => readFileSync(join(logs, name), "utf8")).join("");
}

/** Runs `npx pipeline dlq ARGS`. */
async function dlq(...args: string[]): Promise<string> {
  const child = spawn(process.execPath, [PIPELINE, "dlq", ...args, "--endpoint", pipeline.endpoint]);
  const [out, error] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return out + error;
}

const statesOf = (execution: (typeof pipeline.executions)[number] | undefined) =>
  execution?.steps.map(({ state, error }) => (error === null ? state : `${state}: ${error}`));

describe("the workflow", () => {
  it("processes a photograph below its prefix step by step, without the worker", async () => {
    const { endings, executions } = await put("review/a photo.jpg", photograph);
    expect(endings).toMatchObject([{ key: "review/a photo.jpg", fate: "processed" }]);
    expect(executions.map(statesOf)).toEqual([PUBLISHED]);
    expect(await manifestOf("review/a photo.jpg")).toMatchObject({ status: "processed" });
    await put("plain.jpg", photograph);
    expect(workerLog()).toContain("plain.jpg");
    expect(workerLog()).not.toContain("review/");
  });

  it("processes a large photograph with any key", async () => {
    const large = Buffer.concat([photograph, Buffer.alloc(10 * 1024 * 1024)]);
    const { endings, executions } = await put("large.jpg", large);
    expect([endings, executions.map(statesOf)]).toMatchObject([
      [{ key: "large.jpg", fate: "processed" }],
      [PUBLISHED],
    ]);
  });

  it("writes a rejected manifest for a file that is not a picture, after one attempt", async () => {
    const { endings, executions } = await put(
      "review/notes.jpg",
      Buffer.from("These are notes, not pixels."),
    );
    expect(endings).toMatchObject([{ fate: "rejected", reason: "UNSUPPORTED_FORMAT" }]);
    expect(executions.map(statesOf)).toEqual([
      ["Inspect", "Render: IMAGE_REJECTED", "Analyse", "Quarantine", "Publish"],
    ]);
    expect(await manifestOf("review/notes.jpg")).toMatchObject({
      status: "rejected",
      reason: "UNSUPPORTED_FORMAT",
    });
  });

  it("hides all renditions of a quarantined picture before it is published", async () => {
    // Plain red is violence to the simulated Rekognition.
    const { endings, executions } = await put("review/red.jpg", await plain("#ff0000"));
    expect(endings).toMatchObject([{ key: "review/red.jpg", fate: "processed" }]);
    expect(executions.map(statesOf)).toEqual([["Inspect", "Render", "Analyse", "Quarantine", "Publish"]]);
    const { s3, places } = pipeline;
    const { renditions } = await manifestOf("review/red.jpg");
    expect(renditions.length).toBeGreaterThan(0);
    for (const { key: Key } of renditions) {
      const { TagSet } = await s3.send(new GetObjectTaggingCommand({ Bucket: places.processedBucket, Key }));
      expect(TagSet).toEqual([{ Key: "quarantine", Value: "true" }]);
    }
  });

  it("retries a task that fails temporarily", async () => {
    // S3's client retries three times: the first attempt of the step meets three refusals, the second one.
    Object.assign(refusals, { key: "review/busy.jpg", left: 4 });
    const { endings, executions } = await put("review/busy.jpg", photograph);
    expect(endings).toMatchObject([{ fate: "processed" }]);
    expect(statesOf(executions[0])).toEqual(["Inspect: STORE_UNAVAILABLE", ...PUBLISHED]);
  });

  it("keeps a message that always fails in its DLQ with the error's name, and processes it after a redrive", async () => {
    Object.assign(refusals, { key: "review/poison.jpg", left: Number.POSITIVE_INFINITY });
    const { endings, executions } = await put("review/poison.jpg", photograph);
    expect(endings).toMatchObject([{ fate: "failed", reasonText: expect.stringContaining("-workflow-dlq") }]);
    expect(statesOf(executions[0])).toEqual([
      ...Array.from({ length: 5 }, () => "Inspect: STORE_UNAVAILABLE"),
      "KeepFailed",
    ]);
    const [letter = ""] = (await dlq("list", "--json")).trim().split("\n");
    expect(JSON.parse(letter)).toMatchObject({
      reason: "STORE_UNAVAILABLE",
      text: expect.stringMatching(/^it failed in arn:aws:states:.*:execution:image-pipeline-local-workflow:/),
    });

    refusals.left = 0;
    expect(await dlq("redrive")).toMatch(/1 message sent back/);
    await pipeline.settled();
    expect(statesOf(pipeline.executions.at(-1))).toEqual(PUBLISHED);
    expect(await manifestOf("review/poison.jpg")).toMatchObject({ status: "processed" });
  });

  it("leaves deletes to the worker, which discards the deleted image's renditions", async () => {
    const { s3, places, settled } = pipeline;
    await put("review/gone.jpg", photograph);
    await s3.send(new DeleteObjectCommand({ Bucket: places.uploadBucket, Key: "review/gone.jpg" }));
    await settled();
    expect(await manifestOf("review/gone.jpg")).toMatchObject({ status: "deleted" });
  });
});
