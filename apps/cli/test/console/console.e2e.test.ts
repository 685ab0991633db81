import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Runtime } from "@image-pipeline/local/running-runtimes";
import { UPLOADS } from "@image-pipeline/testing";
import { openChromium, RUNS_IN_CHROMIUM, sayIfSkipped } from "@image-pipeline/testing/chromium";
import type { Browser, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fauxqsPipeline, PIPELINES } from "../fauxqs-pipeline.ts";
import { type LocalWorld, runLocally, synthesised, temporaryFolder } from "../local-world.ts";
import { type Look, openPage, shoot, violationsOf } from "./browser.ts";
import { runConsole, type TestConsole } from "./running-console.ts";

sayIfSkipped("the console");

const HOSTILE_KEYS = [
  '<img src=x onerror="document.title=1">.jpg',
  "photos/\u202egpj.exe\u2066.jpg",
  "100%25 a+b & c#d?e=f\\g.jpg",
  `${"ö".repeat(505)}/long.jpg`,
];
const state = temporaryFolder();
const data = temporaryFolder();

describe.skipIf(!RUNS_IN_CHROMIUM)("the console in Chromium", () => {
  let world: LocalWorld;
  let running: TestConsole;
  let browser: Browser;
  let s3: S3Client;
  let sqs: SQSClient;
  let photograph: Buffer;
  beforeAll(async () => {
    world = await runLocally(await synthesised(), data);
    const { endpoint } = world;
    const logsDir = join(data, "logs");
    const about = { pid: process.pid, dataDir: data, logsDir, startedAt: new Date().toISOString() };
    running = await runConsole({ endpoint }, { state, runtimes: async () => [{ ...about, endpoint }] });
    await running.build();
    browser = await openChromium();
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    const place = { endpoint: world.endpoint, region: "us-east-1", credentials };
    s3 = new S3Client({ ...place, forcePathStyle: true });
    sqs = new SQSClient(place);
    photograph = await sharp({ create: { width: 300, height: 200, channels: 3, background: "#336699" } })
      .jpeg()
      .toBuffer();
    for (const key of ["photos/a.jpg", ...HOSTILE_KEYS]) await put(key, photograph);
    await put("photos/broken.jpg", "no picture");
    await world.settled();
  });
  afterAll(async () => {
    await browser?.close();
    s3?.destroy();
    sqs?.destroy();
    await running?.close();
    await world?.stop();
  });

  const put = (Key: string, Body: Buffer | string) =>
    s3.send(new PutObjectCommand({ Bucket: UPLOADS, Key, Body }));
  const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name, exact: true });

  /** Opens a view, and looks at it: no error of a script, no violation of accessibility, a screenshot. */
  async function visit(
    path: string,
    name: string,
    isShown: (page: Page) => Promise<unknown>,
    look: Look = {},
  ) {
    const { page, errors } = await openPage(browser, running.address, look);
    await page.goto(running.origin + path);
    await isShown(page);
    await shoot(page, name);
    expect({ name, errors, violations: await violationsOf(page) }).toEqual({
      name,
      errors: [],
      violations: [],
    });
    return page;
  }

  it("shows the queues on its first page, without the token in the address", async () => {
    const { page, errors } = await openPage(browser, running.address);
    await page.getByRole("cell", { name: "image-pipeline-local-renditions", exact: true }).waitFor();
    await page.waitForURL(`${running.origin}/`);
    expect(await page.title()).toBe("Live flow · image pipeline");
    await shoot(page, "flow");
    expect([errors, await violationsOf(page)]).toEqual([[], []]);
    await page.context().close();
  });

  it.each<[string, Look]>([
    ["flow-dark", { colorScheme: "dark" }],
    ["flow-narrow", { width: 380, height: 1400 }],
  ])("draws the pipeline with its dead letters, which open their list (%s)", async (name, look) => {
    const { QueueUrl } = await sqs.send(
      new GetQueueUrlCommand({ QueueName: "image-pipeline-local-analysis-dlq" }),
    );
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "{}" }));
    const failed = (page: Page) =>
      page.locator(".flow-box.failed").getByRole("link", { name: /dead letter/ });
    const page = await visit("/", name, (page) => failed(page).waitFor(), look);
    await failed(page).click();
    await heading(page, "Dead letters").waitFor();
    await page.goBack();
    await page.getByRole("link", { name: /^processed-/ }).click();
    await heading(page, "Images").waitFor();
    await page.waitForURL(({ pathname }) => pathname === "/images");
    await page.context().close();
  });

  it.each<[string, Look]>([
    ["gallery", {}],
    ["gallery-dark", { colorScheme: "dark" }],
    ["gallery-narrow", { width: 380, height: 700 }],
  ])("shows every image in the %s, newest first", async (name, look) => {
    const page = await visit("/images", name, (page) => page.getByText("photos/broken.jpg").waitFor(), look);
    await page.getByText("6 images").waitFor();
    await page.context().close();
  });

  it("keeps the filters in the address", async () => {
    const page = await visit("/images?status=rejected", "gallery-filtered", (page) =>
      page.getByText("1 of 6 images").waitFor(),
    );
    expect(await page.locator(".card-facts").textContent()).toMatch(/^rejected[A-Z_]+$/);
    await page.getByLabel("Status").selectOption("processed");
    await page.getByText("5 of 6 images").waitFor();
    await page.waitForURL(({ search }) => search === "?status=processed");
    await page.context().close();
  });

  it.each(HOSTILE_KEYS)("shows the key %j as text, in the gallery and on its own page", async (key) => {
    const { page, errors } = await openPage(browser, running.address);
    await page.goto(`${running.origin}/images`);
    await page.locator(`a[href="/images/${encodeURIComponent(key)}"]`).click();
    await page.getByRole("heading", { name: "Renditions" }).waitFor();
    const shown = await page.locator(".image-key .key").textContent();
    expect(shown).toBe(key.replace("\u202e", "\\u{202e}").replace("\u2066", "\\u{2066}"));
    await heading(page, "Image").waitFor();
    expect([await page.locator("main img[onerror]").count(), errors]).toEqual([0, []]);
    await page.context().close();
  });

  it.each<[string, Look]>([
    ["image", {}],
    ["image-dark", { colorScheme: "dark" }],
    ["image-narrow", { width: 380, height: 700 }],
  ])("compares an image with its source, from its own address (%s)", async (name, look) => {
    const isShown = (page: Page) => page.getByRole("heading", { name: "Renditions" }).waitFor();
    const page = await visit("/images/photos%2Fa.jpg", name, isShown, look);
    const slider = page.getByRole("slider");
    await slider.focus();
    await page.keyboard.press("Home");
    await page.locator('[aria-valuetext="0 % source"]').waitFor();
    const drawn = await page.getByAltText(/^The rendition/).getAttribute("style");
    expect(drawn).toMatch(/clip-path: inset\(0(px)?( 0(px)?)* 0%?\)|inset\(0px\)/);
    await page.context().close();
  });

  it("tells the story of an image event by event, with the next command", async () => {
    const isShown = (page: Page) => page.getByText(/^processed: \d+ renditions/).scrollIntoViewIfNeeded();
    const page = await visit("/images/photos%2Fa.jpg", "story", isShown, { height: 1400 });
    const events = page.getByRole("list", { name: /^Events from / }).getByRole("listitem");
    const texts = (await events.allTextContents()).join("\n");
    for (const kind of ["upload", "published", "received", "done", "manifest"])
      expect(texts).toMatch(new RegExp(`^${kind}\\+`, "m"));
    expect(texts).toMatch(/wrote the manifest: \d+ renditions, \d+ bytes took \d/);
    expect(await page.locator(".mark.bar").count()).toBeGreaterThan(0);
    expect(await page.getByText(/^Not read/).count()).toBe(0);
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Copy the command" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(
      "npx pipeline check --all --prefix photos/a.jpg",
    );
    await page.context().close();
  });

  it("tells why an image has failed, and the nearest keys of one that does not exist", async () => {
    const rejected = await visit("/images/photos%2Fbroken.jpg", "story-rejected", (page) =>
      page.getByText(/^rejected as [A-Z_]+: /).waitFor(),
    );
    await rejected.context().close();
    const unknown = await visit("/images/photos%2Faa.jpg", "story-unknown", (page) =>
      page.getByText(/has no object with this key/).waitFor(),
    );
    await unknown.getByRole("link", { name: "photos/a.jpg" }).click();
    await unknown.getByRole("heading", { name: "Renditions" }).waitFor();
    await unknown.context().close();
  });

  it("opens an image in the presets lab", async () => {
    const { page, errors } = await openPage(browser, running.address);
    await page.goto(`${running.origin}/images/photos%2Fa.jpg`);
    await page.getByRole("link", { name: "Try other presets in the lab" }).click();
    await page.waitForURL(({ pathname }) => pathname === "/lab");
    expect([errors, await page.getByLabel("Key of a picture").inputValue()]).toEqual([[], "photos/a.jpg"]);
    await page.context().close();
  });

  it("uploads a dropped file with its progress, and links to the image", async () => {
    const { page, errors } = await openPage(browser, running.address);
    await page.goto(`${running.origin}/images`);
    await page.getByText("Upload, or drop files here").waitFor();
    const transfer = await page.evaluateHandle(`{
      const bytes = Uint8Array.from(atob("${photograph.toString("base64")}"), (character) => character.charCodeAt(0));
      const dropped = new DataTransfer();
      dropped.items.add(new File([bytes], "dropped.jpg", { type: "image/jpeg" }));
      dropped;
    }`);
    await page.locator(".gallery-head").dispatchEvent("drop", { dataTransfer: transfer });
    await page.locator(".uploads").getByRole("link", { name: "dropped.jpg" }).click();
    await page.getByRole("heading", { name: "Renditions" }).waitFor();
    expect(errors).toEqual([]);
    const audit = readFileSync(join(state, "image-pipeline/console-audit.jsonl"), "utf8").trim().split("\n");
    expect(JSON.parse(audit.at(-1) ?? "")).toMatchObject({
      change: "POST /api/upload",
      environment: "local",
      request: { key: "dropped.jpg" },
      outcome: "done",
    });
    await page.context().close();
  });

  it("shows a lost connection, and continues with the pipeline that is started next", async () => {
    const runtimes: Runtime[] = [];
    const start = async () => {
      const pipeline = await fauxqsPipeline();
      const about = { pid: process.pid, dataDir: data, logsDir: data, startedAt: new Date().toISOString() };
      runtimes.splice(0, runtimes.length, { ...about, endpoint: pipeline.endpoint });
      for (const name of ["ingest-failures", "ingest-dlq", "renditions-dlq"])
        pipeline.server.createQueue(`image-pipeline-local-${name}`);
      const deadLetterTargetArn = "arn:aws:sqs:us-east-1:000000000000:image-pipeline-local-renditions-dlq";
      const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 3 });
      pipeline.server.createQueue("image-pipeline-local-renditions", { attributes: { RedrivePolicy } });
      return pipeline;
    };
    const first = await start();
    const other = await runConsole({}, { state, pipelines: PIPELINES, runtimes: async () => runtimes });
    const { page } = await openPage(browser, other.address);
    const cell = page.getByRole("cell", { name: "image-pipeline-local-renditions", exact: true });
    await cell.waitFor();
    await first.stop();
    const alert = page.locator("main").getByRole("alert");
    await alert.waitFor();
    await shoot(page, "flow-lost");
    const second = await start();
    await alert.waitFor({ state: "detached" });
    await cell.waitFor();
    await page.context().close();
    await other.close();
    await second.stop();
  });
});
