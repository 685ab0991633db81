import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { PATHS, type ViewPath } from "@image-pipeline/console/paths";
import { toMessageBody, toResultEvent } from "@image-pipeline/schema/events";
import { toManifestKey } from "@image-pipeline/schema/keys";
import { aSource, processed, rejected } from "@image-pipeline/testing";
import { openChromium, RUNS_IN_CHROMIUM } from "@image-pipeline/testing/chromium";
import type { Browser, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEAD_LETTERS, deadLetterOffice, PIPELINES, RENDITIONS, RESULTS } from "../dlq/dead-letter-office.ts";
import { temporaryFolder } from "../local-world.ts";
import { type Look, loaded, openPage, shoot, violationsOf } from "./browser.ts";
import { runConsole, type TestConsole } from "./running-console.ts";

const UPLOADS = "image-pipeline-local-uploads-000000000000";
const PROCESSED = "image-pipeline-local-processed-000000000000";
const HOSTILE = ['<img src=x onerror="document.title=1">.jpg', "\u202Egpj.exe", "k".repeat(1024)];
const state = temporaryFolder();
const logsDir = join(state, "logs");

/** A selector of something that each view shows once it is loaded. */
const SHOWN: Readonly<Record<ViewPath, string>> = {
  "/": "table",
  "/images": ".card",
  "/images/:key": "#renditions",
  "/dead-letters": ".letter",
  "/lab": ".choice li",
  "/check": "text=Check now",
  "/events": "text=Waiting for events",
  "/cost": "text=S3 writes",
};
/** Every view that the router has, and addresses that show more of some. */
const VIEWS: readonly (readonly [path: string, shown: string])[] = [
  ...PATHS.map((path) => [path.replace(":key", encodeURIComponent(HOSTILE[0] ?? "")), SHOWN[path]] as const),
  [`/lab?key=${encodeURIComponent(HOSTILE[0] ?? "")}`, ".lab-pictures"],
  ["/events?show=webhooks", "text=503"],
  ["/no-such-page", "text=There is no such page"],
];

/** Writes the log of a webhook's function: an attempt that failed, and one that was answered well. */
function writeDeliveries(folder: string): void {
  const lineOf = (seconds: number, fields: object) => ({
    timestamp: new Date(Date.now() - 60_000 + seconds * 1000).toISOString(),
    level: "INFO",
    message: "an attempt",
    id: "e1",
    type: "image.processed",
    key: HOSTILE[0],
    endpoint: "http://127.0.0.1:9000",
    ...fields,
  });
  const failed = {
    code: "WEBHOOK_FAILED",
    why: "it answered 503",
    answer: "<b>try later</b>",
    retryInSeconds: 5,
  };
  const lines = [
    lineOf(0, { ...failed, attempt: 1, attempts: 9, status: 503, milliseconds: 30 }),
    lineOf(6, { decision: "WEBHOOK_DELIVERED", attempt: 2, status: 204, milliseconds: 12 }),
  ];
  mkdirSync(folder, { recursive: true });
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  writeFileSync(join(folder, "image-pipeline-local-webhook-local.log"), text);
}

/** A pattern with edges, so that quality makes a difference. */
function noise(): Promise<Buffer> {
  const pixels = Buffer.from(Array.from({ length: 32 * 32 * 3 }, (_, index) => (index * 7919) % 256));
  return sharp(pixels, { raw: { width: 32, height: 32, channels: 3 } })
    .png()
    .toBuffer();
}

/** Returns the colour near the right edge of the changed picture, as it is shown: the left half shows the other one. */
async function colourOfChanged(page: Page): Promise<string> {
  const shown = sharp(await page.getByRole("img", { name: "Changed" }).screenshot());
  const { width, height } = await shown.metadata();
  const spot = { left: Math.floor(width * 0.9), top: Math.floor(height / 2), width: 1, height: 1 };
  const [red = 0, , blue = 0] = await shown.extract(spot).removeAlpha().raw().toBuffer();
  return red > blue ? "red" : "blue";
}

describe.skipIf(!RUNS_IN_CHROMIUM)("the console's views of failures, events and prices", () => {
  let office: Awaited<ReturnType<typeof deadLetterOffice>>;
  let running: TestConsole;
  let browser: Browser;
  let sns: SNSClient;
  beforeAll(async () => {
    office = await deadLetterOffice();
    writeDeliveries(logsDir);
    const runtime = { endpoint: office.endpoint, logsDir, pid: 1, dataDir: "", startedAt: "" };
    const runtimes = async () => [runtime];
    running = await runConsole({ endpoint: office.endpoint }, { state, pipelines: PIPELINES, runtimes });
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    sns = new SNSClient({ endpoint: office.endpoint, region: "us-east-1", credentials });
    await running.build();
    browser = await openChromium();
  });
  afterAll(async () => {
    sns?.destroy();
    await browser?.close();
    await running?.close();
    await office?.stop();
  });

  function empty(): void {
    office.empty();
    office.server.createBucket(UPLOADS);
  }

  /** Writes a picture with a rendition and a manifest. */
  async function putImage(key: string): Promise<void> {
    const source = aSource({ key });
    const manifest = processed(source);
    const picture = await noise();
    await office.put(UPLOADS, key, picture, "image/png");
    for (const { key } of manifest.renditions) await office.put(PROCESSED, key, picture, "image/png");
    await office.put(PROCESSED, toManifestKey(UPLOADS, key), Buffer.from(JSON.stringify(manifest)));
  }

  /** Opens a view as a signed-in user, and ends with no error of its scripts and no violation of accessibility. */
  async function look(path: string, use: (page: Page) => Promise<void>, how: Look = {}): Promise<void> {
    const { page, errors } = await openPage(browser, running.address, how);
    await page.goto(`${running.origin}${path}`);
    await use(page);
    // The browser reports a source that is gone; its preview is left out.
    const own = errors.filter((error) => !error.includes("404 (Not Found)"));
    expect([own, await violationsOf(page)]).toEqual([[], []]);
    await page.context().close();
  }

  it("sends the messages of a reason back, after a question", async () => {
    empty();
    for (const key of [...HOSTILE, "photos/a.jpg"]) await office.add(key, "STORE_DENIED");
    await office.add("photos/b.jpg", "NO_ANSWER");
    await look("/dead-letters", async (page) => {
      await page
        .getByRole("row", { name: /STORE_DENIED/ })
        .getByRole("button", { name: "Show only these" })
        .click();
      await page.getByText("4 messages chosen.").waitFor();
      await page
        .getByText(HOSTILE[0] ?? "")
        .first()
        .waitFor();
      expect(await page.title()).toBe("Dead letters · image pipeline");
      await page.getByText("\\u{202e}gpj.exe", { exact: true }).waitFor();
      await shoot(page, "dead-letters");
      await page.getByRole("button", { name: "Send back", exact: true }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Send back" }).click();
      await page.getByText("4 sent back").waitFor();
    });
    expect([office.ready(RENDITIONS).length, office.ready(DEAD_LETTERS).length]).toEqual([4, 1]);
  });

  it("shows one message with its error, on a narrow dark screen too", async () => {
    empty();
    await office.add("photos/a.jpg", "STORE_DENIED");
    const open = async (page: Page) => {
      await page.getByRole("button", { name: /photos\/a\.jpg/ }).click();
      await page.getByRole("dialog").getByText("photos/a.jpg failed", { exact: true }).waitFor();
      await shoot(page, "dead-letter-narrow-dark");
    };
    await look("/dead-letters", open, { colorScheme: "dark", width: 400 });
  });

  it.each<[string, Look]>([
    ["dark", { colorScheme: "dark" }],
    ["narrow", { width: 400 }],
    ["narrow and dark", { width: 400, colorScheme: "dark" }],
  ])("has no violation of accessibility in any view, and nothing beside a %s screen", async (name, how) => {
    empty();
    await office.add(HOSTILE[0] ?? "", "STORE_DENIED");
    await putImage(HOSTILE[0] ?? "");
    const { page } = await openPage(browser, running.address, how);
    for (const [path, shown] of VIEWS) {
      await page.goto(running.origin + path);
      await page.locator(shown).first().waitFor();
      await loaded(page);
      await shoot(page, `view${path.replaceAll(/\W+/g, "-").slice(0, 20)}-${name.replaceAll(" ", "-")}`);
      expect({ path, violations: await violationsOf(page) }).toEqual({ path, violations: [] });
    }
    await page.context().close();
  });

  it("can be used with the keyboard alone, from the first link to a message and back", async () => {
    empty();
    await office.add("photos/a.jpg", "STORE_DENIED");
    const { page } = await openPage(browser, running.address);
    await page.getByRole("heading", { name: "Live flow" }).waitFor();
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toMatch(/^\s*Skip to the view\s*$/);
    await page.keyboard.press("Enter");
    await page.locator("#view:focus").waitFor();
    await page.getByRole("link", { name: "Dead letters", exact: true }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: /photos\/a\.jpg/ }).waitFor();
    await page.getByRole("button", { name: /photos\/a\.jpg/ }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").getByText("photos/a.jpg failed", { exact: true }).waitFor();
    await page.waitForURL(({ searchParams }) => searchParams.has("message"));
    await page.keyboard.press("Escape");
    await page.waitForURL(({ search }) => search === "");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("button", { name: /photos\/a\.jpg/ }).press("Enter");
    await page.getByRole("button", { name: "Choose only this one" }).press("Enter");
    await page.getByText("1 message chosen.").waitFor();
    await page.context().close();
  });

  it("explains an empty list", async () => {
    empty();
    await look("/dead-letters", (page) => page.getByText("No dead letters").waitFor());
  });

  it("checks when it is asked to, and finds nothing missing", async () => {
    empty();
    await look("/check", async (page) => {
      await page.getByText("Not checked yet").waitFor();
      await page.getByRole("button", { name: "Check now" }).click();
      await page.getByText("No problems found").waitFor();
      await shoot(page, "check");
    });
  });

  it("shows the last audit, and the problems of a check by kind, also after the page was loaded again", async () => {
    empty();
    const last = {
      endedAt: "2026-01-05T12:00:00.000Z",
      images: 12,
      gaps: { missing: 3, orphaned: 0, corrupt: 1 },
    };
    const progress = JSON.stringify({ schema: "audit-progress.v1", pass: null, last });
    await office.put(PROCESSED, "audit/progress.json", Buffer.from(progress));
    await office.put(PROCESSED, toManifestKey(UPLOADS, "photos/a.jpg"), Buffer.from("no manifest"));
    await look(
      "/check",
      async (page) => {
        await page.getByText(/The last audit ended on .*: 12 images, 3 missing, 1 corrupt/).waitFor();
        await page.getByRole("button", { name: "Check now" }).click();
        const kinds = page.getByRole("region", { name: "Problems by kind" });
        await kinds.getByRole("row", { name: /corrupt 1/ }).waitFor();
        await page.reload();
        await kinds.getByRole("row", { name: /corrupt 1/ }).waitFor();
        await kinds.getByRole("button", { name: "Show only these" }).click();
        await page.getByRole("cell", { name: toManifestKey(UPLOADS, "photos/a.jpg") }).waitFor();
        await shoot(page, "check-problems-dark");
      },
      { colorScheme: "dark" },
    );
  });

  it("renders a picture with a changed preset, beside the one of the config, and counts what would change", async () => {
    empty();
    const body = await sharp({ create: { width: 900, height: 600, channels: 3, background: "#2a6" } })
      .composite([{ input: await noise(), tile: true, blend: "overlay" }])
      .jpeg()
      .toBuffer();
    await office.put(UPLOADS, "photos/a.jpg", body);
    await look("/lab?key=photos%2Fa.jpg", async (page) => {
      await page.getByRole("row", { name: /thumb, changed 10 × 7/ }).waitFor();
      await page.getByRole("spinbutton", { name: "Width" }).fill("640");
      await page.getByRole("spinbutton", { name: "Width" }).press("Enter");
      await page.getByRole("row", { name: /thumb, changed 640 × 427/ }).waitFor();
      await page.getByRole("row", { name: /thumb, as it is 10 × 7/ }).waitFor();
      await page.getByRole("button", { name: "How many images would change?" }).click();
      await page.getByText(/^0 of 1: /).waitFor();
      await shoot(page, "lab");
    });
  });

  it.each<[string, Look]>([
    ["dark", { colorScheme: "dark" }],
    ["narrow", { width: 400 }],
  ])("sets the focal point of a crop by a click on the picture, and by a slider (%s)", async (name, how) => {
    empty();
    const red = { input: { create: { width: 300, height: 200, channels: 3 as const, background: "#c33" } } };
    const body = await sharp({ create: { width: 600, height: 200, channels: 3, background: "#36c" } })
      .composite([{ ...red, left: 0, top: 0 }])
      .png()
      .toBuffer();
    await office.put(UPLOADS, "halves.png", body);
    const use = async (page: Page) => {
      for (const name of ["Width", "Height"]) {
        await page.getByRole("spinbutton", { name }).fill("200");
        await page.getByRole("spinbutton", { name }).press("Enter");
      }
      await page.getByRole("combobox", { name: "Fit" }).selectOption("cover");
      const picture = page.getByRole("img", { name: /click sets the focal point/ });
      const box = await picture.boundingBox();
      await picture.click({ position: { x: (box?.width ?? 0) * 0.9, y: (box?.height ?? 0) / 2 } });
      await page.getByText("From the left 90 %").waitFor();
      await page.getByRole("button", { name: "Copy as metadata" }).waitFor();
      await page.getByRole("row", { name: /thumb, changed 200 × 200/ }).waitFor();
      const colour = () => colourOfChanged(page);
      await expect.poll(colour, { timeout: 300_000 }).toBe("blue");
      await page.getByRole("slider", { name: /From the left/ }).fill("10");
      await page.getByText("From the left 10 %").waitFor();
      await expect.poll(colour, { timeout: 300_000 }).toBe("red");
      await shoot(page, `lab-focus-${name}`);
    };
    await look("/lab?key=halves.png", use, how);
  });

  it("shows the price of each part", async () => {
    await look("/cost", async (page) => {
      await page.getByRole("cell", { name: "S3 writes" }).waitFor();
      await shoot(page, "cost");
    });
  });

  it("waits for events, shows one that comes beside its schema, and sends it again", async () => {
    empty();
    office.subscribe(RESULTS, "image-pipeline-local-shop");
    const { topicArn: TopicArn } = office.server.createTopic(RESULTS);
    const publish = async (key: string) => {
      const event = toResultEvent(rejected(aSource({ key })), {
        bucket: "processed",
        key: "manifests/x.json",
      });
      await sns.send(new PublishCommand({ TopicArn, Message: toMessageBody(event) }));
    };
    const use = async (page: Page) => {
      await page.getByText("Waiting for events").waitFor();
      const first = page.getByRole("listitem").filter({ hasText: HOSTILE[0] ?? "" });
      // The page's queue is subscribed a moment after the page listens.
      await expect
        .poll(() => publish(HOSTILE[0] ?? "").then(() => first.count()), { timeout: 300_000 })
        .not.toBe(0);
      await publish("photos/b.jpg");
      await page.getByText("photos/b.jpg", { exact: true }).waitFor();
      await page.getByRole("searchbox", { name: "Search" }).fill("onerror");
      await page.getByText("photos/b.jpg", { exact: true }).waitFor({ state: "detached" });
      await first.first().locator("summary").click();
      await page.getByRole("cell", { name: "data.reasonText", exact: true }).waitFor();
      await page.getByRole("button", { name: "Dry run" }).click();
      await page
        .getByText(/Would publish image\.rejected of .* 1 subscriber: image-pipeline-local-shop/)
        .waitFor();
      await shoot(page, "events-light");
      await page.emulateMedia({ colorScheme: "dark" });
      await shoot(page, "events-dark");
      const before = office.ready("image-pipeline-local-shop").length;
      await page.getByRole("button", { name: "Send again" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Send again" }).click();
      await page.getByText(/Published image\.rejected of/).waitFor();
      await page
        .getByText(/ · sent again/)
        .first()
        .waitFor();
      expect(office.ready("image-pipeline-local-shop").length).toBe(before + 1);
      expect(await page.title()).toBe("Events · image pipeline");
    };
    await look("/events", use, { height: 1000 });
  });

  it.each(["light", "dark"] as const)(
    "shows the deliveries to webhooks with their answers, in %s",
    async (colorScheme) => {
      await look(
        "/events?show=webhooks",
        async (page) => {
          await page.getByRole("row", { name: /503 <b>try later<\/b>.* after 5 s/ }).waitFor();
          await page.getByRole("row", { name: /204/ }).waitFor();
          await page
            .getByText(HOSTILE[0] ?? "")
            .first()
            .waitFor();
          await shoot(page, `webhooks-${colorScheme}`);
        },
        { colorScheme },
      );
    },
  );
});
