import { systemClock } from "@image-pipeline/local/clock";
import { toMessageBody, toResultEvent } from "@image-pipeline/schema/events";
import { PROCESSED } from "@image-pipeline/testing";
import { openChromium, RUNS_IN_CHROMIUM } from "@image-pipeline/testing/chromium";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEAD_LETTERS, RENDITIONS, RESULTS } from "../dlq/dead-letter-office.ts";
import { temporaryFolder } from "../local-world.ts";
import { openPage, shoot, violationsOf } from "./browser.ts";
import { crowdedPipeline, PIPELINES } from "./crowded-pipeline.ts";
import { runConsole, type TestConsole } from "./running-console.ts";

const IMAGES = 50_000;
const LETTERS = 5000;
const STARTED_AT = Date.now();
/** Of 5,000 messages. */
const DENIED = 100;
/** A view of a few images has about 300. */
const MAX_ELEMENTS = 1500;
const state = temporaryFolder();

describe.skipIf(!RUNS_IN_CHROMIUM)(`the console over ${IMAGES} images and ${LETTERS} dead letters`, () => {
  let crowd: Awaited<ReturnType<typeof crowdedPipeline>>;
  let running: TestConsole;
  let browser: Browser;
  beforeAll(async () => {
    crowd = await crowdedPipeline(IMAGES);
    const denied = new Set<string>();
    for (let index = 0; index < LETTERS; index++) {
      const id = await crowd.office.add(`photos/${index}.jpg`);
      if (index % (LETTERS / DENIED) === 0) denied.add(id);
    }
    crowd.record((id) => (denied.has(id) ? "STORE_DENIED" : "NO_ANSWER"));
    running = await runConsole({ endpoint: crowd.endpoint }, { state, pipelines: PIPELINES });
    await running.build();
    browser = await openChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await running?.close();
    await crowd?.stop();
  });

  async function open(path: string): Promise<Page> {
    const { page } = await openPage(browser, running.address);
    crowd.takeAsked();
    await page.goto(running.origin + path);
    return page;
  }
  const height = (page: Page) => page.evaluate<number>("document.documentElement.scrollHeight");
  const elements = (page: Page) => page.locator("*").count();

  it("draws the flow without reading a message", async () => {
    const page = await open("/");
    await page.getByRole("link", { name: "5,000 dead letters" }).waitFor();
    expect(crowd.takeAsked()).toEqual({ other: expect.any(Number) });
    await page.context().close();
  });

  it("shows the newest images first, and scrolls on with as many elements as the screen needs", async () => {
    const page = await open("/images");
    await page.getByText("50,000 images").waitFor();
    await page.locator(".card").first().waitFor();
    const { sources, manifests, manifest = 0 } = crowd.takeAsked();
    expect([sources, manifests]).toEqual([50, 50]);
    expect(manifest).toBeLessThanOrEqual(240);
    const newest = await page.locator(".card .key").first().textContent();
    for (let screen = 0; screen < 8; screen++) {
      const before = await height(page);
      await page.mouse.wheel(0, 1_000_000);
      await expect.poll(() => height(page), { timeout: 300_000 }).toBeGreaterThan(before);
    }
    await shoot(page, "gallery-of-50000");
    expect(await elements(page)).toBeLessThan(MAX_ELEMENTS);
    expect(crowd.takeAsked().manifest).toBeLessThanOrEqual(8 * 2 * 120 + 240);
    expect(await page.locator(".card .key").first().textContent()).not.toBe(newest);
    await page.context().close();
  });

  it("finds images by a filter that no listing answers, and says how far it has searched", async () => {
    const page = await open("/images?status=waiting&prefix=photos/0200");
    await page.getByText("1 of 50,000 images").waitFor();
    await page.getByText("photos/020001.jpg").waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.context().close();
  });

  it("shows an image that is processed by its event, and lists none of the others again", async () => {
    // Its list does not become old while its clock stands still.
    const clock = { ...systemClock, now: () => STARTED_AT };
    const console = await runConsole({ endpoint: crowd.endpoint }, { state, pipelines: PIPELINES, clock });
    const { page } = await openPage(browser, console.address);
    crowd.takeAsked();
    await page.goto(`${console.origin}/images?prefix=photos/0200`);
    await page.getByText("100 of 50,000 images").waitFor();
    // It is read again after the page has begun to listen, and not after that.
    let listings = 0;
    const listed = () => {
      const { sources = 0, manifests = 0 } = crowd.takeAsked();
      listings += sources + manifests;
      return listings;
    };
    await expect.poll(listed, { timeout: 300_000 }).toBe((2 * 2 * IMAGES) / 1000);
    const event = toResultEvent(crowd.finish(20_001), { bucket: PROCESSED, key: "manifests/x.json" });
    crowd.office.server.publish(RESULTS, toMessageBody(event));
    await page.locator(".card").first().getByText("photos/020001.jpg").waitFor();
    await page.locator(".card").first().getByText("processed", { exact: true }).waitFor();
    const { sources, manifests, "one listed": one } = crowd.takeAsked();
    expect([sources, manifests, one]).toEqual([undefined, undefined, 2]);
    await page.context().close();
    await console.close();
  });

  it("lists the dead letters by one reading, with as many rows as the screen has", async () => {
    const page = await open("/dead-letters");
    const list = page.getByRole("list", { name: "5,000 messages" });
    await list.waitFor();
    const { receive = 0, failure } = crowd.takeAsked();
    expect([receive < LETTERS / 10 + 20, failure]).toEqual([true, LETTERS]);
    expect(await list.getByRole("listitem").count()).toBeLessThan(60);
    await page.getByText("photos/0.jpg", { exact: true }).waitFor();
    await page.mouse.wheel(0, 1_000_000);
    await page.getByText(`photos/${LETTERS - 1}.jpg`, { exact: true }).click();
    await page.getByRole("dialog").getByText("NO_ANSWER happened", { exact: true }).waitFor();
    await page.waitForURL(({ searchParams }) => /^[\w-]{36}$/.test(searchParams.get("message") ?? ""));
    expect(crowd.takeAsked().receive).toBeUndefined();
    expect(await violationsOf(page)).toEqual([]);
    await page.context().close();
  });

  it("sends all messages of a reason back with their progress, by one reading and without their records", async () => {
    const page = await open("/dead-letters?reason=STORE_DENIED");
    await page.getByText("100 messages chosen.").waitFor();
    crowd.takeAsked();
    await page.getByRole("button", { name: "Send back", exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Send back" }).click();
    await page.getByText(/^Sending back: [1-9]\d* of 100$/).waitFor();
    await shoot(page, "dead-letters-progress");
    await page.getByText("100 sent back").waitFor();
    const { receive = 0, failure } = crowd.takeAsked();
    expect([receive < LETTERS / 10 + 20, failure]).toEqual([true, undefined]);
    expect([crowd.office.ready(RENDITIONS).length, crowd.office.ready(DEAD_LETTERS).length]).toEqual([
      DENIED,
      LETTERS - DENIED,
    ]);
    await page.context().close();
  });
});
