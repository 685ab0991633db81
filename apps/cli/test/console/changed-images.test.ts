import { setImmediate as otherWork } from "node:timers/promises";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { ListQueuesCommand } from "@aws-sdk/client-sqs";
import type { ChangedImages } from "@image-pipeline/console/api/images";
import { Analysis } from "@image-pipeline/schema/analysis";
import { definePipeline } from "@image-pipeline/schema/config";
import {
  type ImageEvent,
  type ResultEvent,
  toAnalyzedEvent,
  toMessageBody,
  toResultEvent,
} from "@image-pipeline/schema/events";
import { toAnalysisKey, toImageId, toManifestKey } from "@image-pipeline/schema/keys";
import type { Manifest } from "@image-pipeline/schema/manifest";
import {
  deletion,
  PROCESSED,
  processed,
  rejected,
  tombstone,
  UPLOADS,
  upload,
} from "@image-pipeline/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { connect } from "../../src/connection/connect.ts";
import { type OpenPipeline, openPipeline } from "../../src/connection/open-pipeline.ts";
import type { ConsoleParts } from "../../src/console/area.ts";
import { images } from "../../src/console/images/images.ts";
import { terminalOn } from "../../src/terminal/terminal.ts";
import { fakeStreams } from "../fake-terminal.ts";
import { type FauxqsPipeline, fauxqsPipeline } from "../fauxqs-pipeline.ts";

const PIPELINES = definePipeline({
  presets: { thumb: { width: 160, formats: ["webp"] } },
  analysis: { moderation: { enabled: true } },
  environments: { dev: {} },
});
const AT = { bucket: PROCESSED, key: "manifests/x.json" };
const TOPICS = { image: "image-pipeline-local-image-events", result: "image-pipeline-local-image-results" };

let world: FauxqsPipeline;
let open: OpenPipeline;
/** Requests that list a whole bucket. */
let listings = 0;
/** End the pages that follow. */
const ends: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  world = await fauxqsPipeline();
  open = openPipeline(await connect({ endpoint: world.endpoint }, PIPELINES));
  open.connection.s3.middlewareStack.add(
    (next) => (call) => {
      const { Prefix, MaxKeys } = { Prefix: undefined, MaxKeys: undefined, ...call.input };
      if (Prefix !== undefined && MaxKeys === undefined) listings++;
      return next(call);
    },
    { step: "initialize" },
  );
});
afterEach(endPages);
afterAll(async () => {
  open.connection.close();
  await world.stop();
});

async function endPages(): Promise<void> {
  await Promise.all(ends.splice(0).map((end) => end()));
}

/** The gallery with a clock that stands still, except while it sleeps: no kept listing ever becomes too old. */
function gallery({ allowsWrites = true }: { allowsWrites?: boolean } = {}) {
  let now = Date.now();
  const clock = {
    now: () => now,
    async sleep(milliseconds: number) {
      now += Math.max(0, milliseconds);
      await otherWork();
    },
  };
  const signal = new AbortController().signal;
  const context = {
    terminal: terminalOn(fakeStreams({ isTTY: false })),
    signal,
    variables: {},
    clock,
    random: Math.random,
    pipelines: async () => PIPELINES,
    runtimes: async () => [],
    confirm: null,
  };
  const parts: ConsoleParts = {
    pipeline: { description: () => "", use: (run) => run(open), close: () => undefined },
    context,
    csrfToken: "",
    environment: "dev",
    isLocal: allowsWrites,
    allowsWrites,
  };
  const area = images(parts);
  const { channels = {}, reads = {} } = area;
  function listen<Value>(channel: ((signal: AbortSignal) => AsyncIterable<Value>) | undefined) {
    const page = new AbortController();
    const values = channel?.(page.signal)[Symbol.asyncIterator]();
    ends.push(async () => {
      page.abort();
      await values?.return?.();
    });
    return async () => (await values?.next())?.value;
  }
  return {
    follow: () => listen(channels.images),
    followKeys: () => listen(channels.changes),
    read: (query = "") =>
      reads["/api/images"]?.({ query: new URLSearchParams(query), body: undefined, signal }),
    now: clock.now,
  };
}

/** Follows, and waits until the list was read after the subscription: from then on, every change is told. */
async function following({ follow }: Pick<ReturnType<typeof gallery>, "follow">) {
  const next = follow();
  while ((await next()) !== null);
  return next;
}
/** The one image of a change. */
const only = (change: ChangedImages | null | undefined) => change?.images.length === 1 && change.images[0];

const put = (Bucket: string, Key: string, Body: string) =>
  open.connection.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
const tell = (topic: keyof typeof TOPICS, event: ImageEvent | ResultEvent) =>
  world.server.publish(TOPICS[topic], toMessageBody(event));
async function finish(manifest: Manifest): Promise<void> {
  await world.putManifest(manifest);
  tell("result", toResultEvent(manifest, AT));
}
async function analyse(key: string, verdict: "allow" | "quarantine"): Promise<void> {
  const analysis = Analysis.parse({
    schema: "image-analysis.v1",
    imageId: toImageId(UPLOADS, key),
    correlationId: "request-1",
    updatedAt: "2026-01-01T00:00:09.000Z",
    status: "analyzed",
    source: upload({ key }).data,
    recipe: "recipe-1",
    verdict,
    rules: [],
    models: {},
    timings: { analyzeMs: 1, totalMs: 1 },
  });
  if (analysis.status !== "analyzed") throw new Error("not analyzed");
  await put(PROCESSED, toAnalysisKey(analysis.imageId), JSON.stringify(analysis));
  tell("result", toAnalyzedEvent(analysis, AT));
}

const temporaryQueues = async () => {
  const { QueueUrls = [] } = await open.connection.sqs.send(new ListQueuesCommand({}));
  return QueueUrls.filter((url) => url.includes("-events-")).length;
};

describe("the gallery's live channel", () => {
  it("tells each state of an image with its event, without listing the images again", async () => {
    const shown = gallery();
    const next = await following(shown);
    const key = "photos/a.jpg";
    const before = listings;
    await world.putSource(key);
    tell("image", upload({ key }));
    expect(only(await next())).toMatchObject({ key, status: "waiting" });
    await finish(processed(upload({ key })));
    expect(only(await next())).toMatchObject({ key, status: "processed", verdict: null });
    await analyse(key, "allow");
    expect(only(await next())).toMatchObject({ key, status: "processed", verdict: "allow" });
    await analyse(key, "quarantine");
    expect(only(await next())).toMatchObject({ key, verdict: "quarantine" });
    expect((await shown.read("verdict=quarantine"))?.images).toMatchObject([{ key }]);
    await finish(rejected(upload({ key })));
    expect(only(await next())).toMatchObject({ key, status: "rejected", reason: "CORRUPT_IMAGE" });
    await world.remove(UPLOADS, key);
    await finish(tombstone(deletion({ key })));
    const last = await next();
    expect([only(last), last?.total]).toMatchObject([{ key, status: "deleted", bytes: null }, 1]);
    expect((await shown.read())?.images).toMatchObject([{ key, status: "deleted" }]);
    expect(listings).toBe(before);
  });

  it("puts an image at its place in the list that the next page continues", async () => {
    const shown = gallery();
    await world.putImage("photos/old.jpg");
    const next = await following(shown);
    await world.putSource("photos/new.jpg");
    tell("image", upload({ key: "photos/new.jpg" }));
    expect((await next())?.total).toBe(3);
    const keys = (await shown.read())?.images.map(({ key }) => key);
    expect(keys).toEqual(["photos/new.jpg", "photos/old.jpg", "photos/a.jpg"]);
  });

  it("has everything read again when an image is gone without a trace", async () => {
    const shown = gallery();
    const next = await following(shown);
    await world.remove(UPLOADS, "photos/old.jpg");
    await world.remove(PROCESSED, toManifestKey(UPLOADS, "photos/old.jpg"));
    tell("image", deletion({ key: "photos/old.jpg" }));
    expect(await next()).toBeNull();
    expect((await shown.read())?.images.map(({ key }) => key)).not.toContain("photos/old.jpg");
  });

  it("lists once more, instead of reading each image, when hundreds change at once", async () => {
    const shown = gallery();
    const next = await following(shown);
    const keys = Array.from({ length: 300 }, (_, index) => `many/${index}.jpg`);
    await Promise.all(keys.map((key) => world.putSource(key)));
    const before = listings;
    for (const key of keys) tell("image", upload({ key }));
    let looked = 0;
    for (let change = await next(); change !== null; change = await next())
      looked += change?.images.length ?? 0;
    expect([looked <= 50, listings > before]).toEqual([true, true]);
    expect((await shown.read("prefix=many/"))?.total).toBeGreaterThan(keys.length);
    expect(listings - before).toBeLessThan(keys.length / 10);
  });

  it("lists again when the stream comes back: what happened meanwhile is shown", async () => {
    const shown = gallery();
    await following(shown);
    await endPages();
    expect(await temporaryQueues()).toBe(0);
    await world.putSource("photos/meanwhile.jpg");
    tell("image", upload({ key: "photos/meanwhile.jpg" }));
    const again = gallery();
    await following(again);
    expect((await again.read())?.images[0]?.key).toBe("photos/meanwhile.jpg");
  });

  it("makes no queue in a read-only console on AWS, and reads the list again in an interval", async () => {
    const shown = gallery({ allowsWrites: false });
    const next = await following(shown);
    const [before, startedAt] = [listings, shown.now()];
    await world.putSource("photos/later.jpg");
    while ((await next()) !== null);
    expect((await shown.read())?.images[0]?.key).toBe("photos/later.jpg");
    expect(listings).toBeGreaterThan(before);
    expect(shown.now() - startedAt).toBeGreaterThanOrEqual(15_000);
    expect(await temporaryQueues()).toBe(0);
  });
});

it("tells the page of one image the keys that changed, and reads nothing for it", async () => {
  const next = gallery().followKeys();
  expect(await next()).toBeNull();
  const before = listings;
  const coming = next();
  tell("result", toResultEvent(processed(upload({ key: "photos/b.jpg" })), AT));
  world.server.publish(TOPICS.result, "no event");
  expect(await coming).toEqual(["photos/b.jpg"]);
  expect(listings).toBe(before);
});
