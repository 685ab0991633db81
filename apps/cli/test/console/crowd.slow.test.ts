import type { ImageFilters, ImagePage } from "@image-pipeline/console/api/images";
import { UPLOADS } from "@image-pipeline/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect } from "../../src/connection/connect.ts";
import { type OpenPipeline, openPipeline } from "../../src/connection/open-pipeline.ts";
import { type ImageList, listImages, toUploaded, withImages } from "../../src/console/images/image-list.ts";
import { pageOfImages } from "../../src/console/images/page-of-images.ts";
import { keptSummaries } from "../../src/console/images/summaries.ts";
import { crowdedPipeline, manifestAt, newestTime, PIPELINES } from "./crowded-pipeline.ts";

const IMAGES = 50_000;
/** Long after the newest image. */
const NOW = Date.parse("2027-01-01T00:00:00.000Z");
const MEGABYTE = 1024 * 1024;

describe(`the gallery of ${IMAGES} images`, () => {
  let crowd: Awaited<ReturnType<typeof crowdedPipeline>>;
  let open: OpenPipeline;
  let images: ImageList;
  let listing: ReturnType<typeof crowd.takeAsked>;
  beforeAll(async () => {
    crowd = await crowdedPipeline(IMAGES);
    open = openPipeline(await connect({ endpoint: crowd.endpoint }, PIPELINES));
    crowd.takeAsked();
    images = await listImages(open);
    listing = crowd.takeAsked();
  });
  afterAll(async () => {
    open?.connection.close();
    await crowd?.stop();
  });

  /** A gallery that has read no manifest yet. */
  function gallery(of: OpenPipeline = open) {
    const summaries = keptSummaries(() => NOW);
    return (filters: ImageFilters, after: string | null = null): Promise<ImagePage> =>
      pageOfImages(of, { images, after, filters, summaries });
  }
  /** Asks for pages until the end. */
  async function all(page: ReturnType<typeof gallery>, filters: ImageFilters) {
    const keys: string[] = [];
    let requests = 0;
    for (let after: string | null = ""; after !== null; requests++) {
      const { images, next }: ImagePage = await page(filters, after === "" ? null : after);
      keys.push(...images.map(({ key }) => key));
      after = next;
    }
    return { keys, requests };
  }
  /** The pipeline with manifests in memory: reading 50,000 of them by HTTP would take a minute. */
  function inMemory(): { pipeline: OpenPipeline; reads: () => number } {
    let reads = 0;
    const read: OpenPipeline["manifests"]["read"] = async (key) => {
      reads++;
      return manifestAt(key);
    };
    const { connection } = open;
    const withoutAnalysis = { ...connection.pipeline.analysis, enabled: false };
    const pipeline = { ...connection.pipeline, analysis: withoutAnalysis };
    return {
      pipeline: { ...open, connection: { ...connection, pipeline }, manifests: { ...open.manifests, read } },
      reads: () => reads,
    };
  }

  it("is listed by 100 requests for every view", () => {
    expect(listing).toEqual({ sources: 50, manifests: 50 });
  });

  it("starts with the newest images, and reads the manifests of one page", async () => {
    const { images: first, next, total } = await gallery()({});
    const times = first.map(({ modifiedAt }) => Date.parse(modifiedAt));
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    expect([times[0], total, first.length]).toEqual([newestTime(IMAGES), IMAGES, 120]);
    expect(next).not.toBeNull();
    const asked = crowd.takeAsked();
    expect(asked.manifest).toBeLessThanOrEqual(120);
    expect(asked).toEqual({ manifest: asked.manifest, analysis: expect.any(Number) });
  });

  it.each<[string, ImageFilters, number]>([
    ["a prefix", { prefix: "photos/0123" }, 100],
    ["a day", { from: "2026-01-10", to: "2026-01-10" }, 1440],
    ["images that wait", { status: "waiting" }, 500],
  ])(
    "answers %s from the listing, and reads no manifest that it does not show",
    async (_, filters, count) => {
      const { pipeline, reads } = inMemory();
      const { keys, requests } = await all(gallery(pipeline), filters);
      expect([keys.length, new Set(keys).size]).toEqual([count, count]);
      expect([requests <= Math.ceil(count / 120) + 1, reads() <= count]).toEqual([true, true]);
    },
  );

  it.each<[string, ImageFilters]>([
    ["a reason", { reason: "CORRUPT_IMAGE" }],
    ["a status", { status: "rejected" }],
    ["a format that no image has", { format: "gif" }],
  ])(
    "reads about a thousand manifests in one request for %s, and continues in the next",
    async (_, filters) => {
      const { pipeline, reads } = inMemory();
      const { next } = await gallery(pipeline)(filters);
      expect([next !== null, reads() <= 1020]).toEqual([true, true]);
    },
  );

  it("reads as many analyses for a verdict", async () => {
    const { next } = await gallery()({ verdict: "quarantine" });
    const { manifest = 0, analysis = 0 } = crowd.takeAsked();
    expect([next !== null, manifest <= 1020, analysis <= 1020]).toEqual([true, true, true]);
  });

  it.each<[string, ImageFilters, number]>([
    ["every image", {}, IMAGES],
    ["every rejected image", { reason: "CORRUPT_IMAGE" }, 500],
    ["every PNG file", { format: "png" }, 5000],
  ])(
    "reaches %s once, reads each manifest once, and needs no more memory for it",
    async (_, filters, count) => {
      const { pipeline, reads } = inMemory();
      const page = gallery(pipeline);
      const before = process.memoryUsage().heapUsed;
      const { keys } = await all(page, filters);
      expect([keys.length, new Set(keys).size]).toEqual([count, count]);
      const readOnce = reads();
      expect(readOnce).toBeLessThanOrEqual(IMAGES);
      expect(process.memoryUsage().heapUsed - before).toBeLessThan(150 * MEGABYTE);
      await all(page, filters);
      expect(reads()).toBe(readOnce);
    },
  );

  it("keeps its place in the list when images are added meanwhile", async () => {
    const { pipeline } = inMemory();
    const page = gallery(pipeline);
    const { next, images: shown } = await page({});
    const last = images;
    const newest = {
      key: "new.jpg",
      manifestKey: "manifests/new.jpg.json",
      manifestETag: null,
      bytes: 1,
      modifiedAt: NOW,
    };
    images = [newest, ...images];
    const { images: following } = await page({}, next);
    images = last;
    expect(following[0]?.key).toBe(images[shown.length]?.key);
  });

  it("starts with an upload through the page, and shows it as processed before the next listing", async () => {
    const { pipeline } = inMemory();
    const upload = { bucket: UPLOADS, bytes: 5, modifiedAt: NOW };
    const page = (key: string) =>
      pageOfImages(pipeline, {
        images: withImages(images, [toUploaded({ ...upload, key })]),
        after: null,
        filters: {},
        summaries: keptSummaries(() => NOW),
      });
    const [known, waiting] = await Promise.all([page("photos/000005.jpg"), page("photos/000001.jpg")]);
    expect(known.images[0]).toMatchObject({ key: "photos/000005.jpg", bytes: 5, status: "processed" });
    expect([known.total, waiting.images[0]?.status]).toEqual([IMAGES, "waiting"]);
  });
});
