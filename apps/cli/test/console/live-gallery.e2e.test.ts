import { systemClock } from "@image-pipeline/local/clock";
import type { Runtime } from "@image-pipeline/local/running-runtimes";
import { toMessageBody, toResultEvent } from "@image-pipeline/schema/events";
import { PROCESSED, processed, rejected, upload } from "@image-pipeline/testing";
import { openChromium, RUNS_IN_CHROMIUM } from "@image-pipeline/testing/chromium";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FauxqsPipeline, fauxqsPipeline, PIPELINES } from "../fauxqs-pipeline.ts";
import { temporaryFolder } from "../local-world.ts";
import { openPage, shoot } from "./browser.ts";
import { runConsole, type TestConsole } from "./running-console.ts";

const KEY = "photos/a.jpg";
const RESULTS = "image-pipeline-local-image-results";
const AT = { bucket: PROCESSED, key: "manifests/x.json" };
/** It stands still, so that no list becomes old: everything is read again once a minute. */
const clock = { ...systemClock, now: () => STARTED_AT };
const STARTED_AT = Date.now();
const PATIENT = { timeout: 300_000 };
const state = temporaryFolder();

describe.skipIf(!RUNS_IN_CHROMIUM)("the console's pages of images", () => {
  let world: FauxqsPipeline;
  let running: TestConsole;
  let browser: Browser;
  const runtimes: Runtime[] = [];
  beforeAll(async () => {
    world = await start();
    running = await runConsole({}, { state, pipelines: PIPELINES, runtimes: async () => runtimes, clock });
    await running.build();
    browser = await openChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await running?.close();
    await world?.stop();
  });

  /** Starts a pipeline, which the console finds. */
  async function start(): Promise<FauxqsPipeline> {
    const pipeline = await fauxqsPipeline();
    const { endpoint } = pipeline;
    runtimes.splice(0, 1, { endpoint, pid: process.pid, dataDir: "", logsDir: state, startedAt: "" });
    return pipeline;
  }
  /** Opens a page, and waits until its stream has begun. Its further requests are kept. */
  async function open(path: string): Promise<{ page: Page; asked: string[] }> {
    const { page } = await openPage(browser, running.address);
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await page.goto(running.origin + path);
    return { page, asked };
  }
  const card = (page: Page, status: string) => page.locator(".card").filter({ hasText: status });
  async function finish(manifest: ReturnType<typeof processed> | ReturnType<typeof rejected>) {
    await world.putManifest(manifest);
    world.server.publish(RESULTS, toMessageBody(toResultEvent(manifest, AT)));
  }
  const tell = (key: string) =>
    world.server.publish("image-pipeline-local-image-events", toMessageBody(upload({ key })));
  /** Tells of an upload until the page shows it: from then on, the page's queue is subscribed. */
  async function uploadUntilShown(page: Page, key: string): Promise<void> {
    await world.putSource(key);
    const beat = setInterval(() => tell(key), 200);
    await page.locator(".card").filter({ hasText: key }).waitFor();
    clearInterval(beat);
  }

  it("show each change by its event, and do not ask for the list again", async () => {
    await world.putSource(KEY);
    const { page, asked } = await open("/images");
    await card(page, "waiting").waitFor();
    await uploadUntilShown(page, "photos/first.jpg");
    // The list is read again once, after the stream has begun.
    await expect.poll(() => asked.filter((path) => path === "/api/images").length, PATIENT).toBe(2);
    asked.length = 0;
    await finish(processed(upload({ key: KEY })));
    await card(page, "processed").getByText(KEY).waitFor();
    await finish(rejected(upload({ key: "photos/first.jpg" })));
    await card(page, "CORRUPT_IMAGE").waitFor();
    await page.getByLabel("Status").selectOption("waiting");
    await page.getByText("0 of 2 images").waitFor();
    await world.putSource("photos/new.jpg");
    tell("photos/new.jpg");
    await card(page, "waiting").getByText("photos/new.jpg").waitFor();
    await page.getByText("1 of 3 images").waitFor();
    await finish(processed(upload({ key: "photos/new.jpg" })));
    await page.getByText("0 of 3 images").waitFor();
    expect(asked.filter((path) => path === "/api/images").length).toBe(1);
    await page.context().close();
  });

  it("show one image's new state by its event", async () => {
    await world.putSource("photos/one.jpg");
    const { page, asked } = await open("/images/photos%2Fone.jpg");
    await page.locator(".image-status").getByText("waiting", { exact: true }).waitFor();
    await expect.poll(() => asked.filter((path) => path === "/api/image").length, PATIENT).toBe(2);
    await finish(processed(upload({ key: "photos/one.jpg" })));
    await page.getByRole("heading", { name: "Renditions" }).waitFor();
    expect(asked.filter((path) => path === "/api/image").length).toBe(3);
    await page.context().close();
  });

  it("are right again after the stream was lost, with what happened meanwhile", async () => {
    const { page } = await open("/images");
    await card(page, "processed").getByText(KEY).waitFor();
    await world.stop();
    await page.locator("main").getByRole("alert").waitFor();
    await shoot(page, "gallery-lost");
    world = await start();
    await world.putSource(KEY);
    await world.putManifest(rejected(upload({ key: KEY })));
    await world.putSource("photos/meanwhile.jpg");
    await page.locator("main").getByRole("alert").waitFor({ state: "detached" });
    await card(page, "CORRUPT_IMAGE").getByText(KEY).waitFor();
    await card(page, "waiting").getByText("photos/meanwhile.jpg").waitFor();
    await page.getByText("2 images").waitFor();
    await world.putSource("photos/later.jpg");
    tell("photos/later.jpg");
    await page.getByText("3 images").waitFor();
    await page.context().close();
  });
});
