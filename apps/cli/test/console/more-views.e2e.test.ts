import type { Browser, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEAD_LETTERS, deadLetterOffice, PIPELINES, RENDITIONS } from "../dlq/dead-letter-office.ts";
import { temporaryFolder } from "../local-world.ts";
import { CHROMIUM, IS_REQUIRED, type Look, openBrowser, openPage, shoot, violationsOf } from "./browser.ts";
import { runConsole, type TestConsole } from "./running-console.ts";

const UPLOADS = "image-pipeline-local-uploads-000000000000";
const HOSTILE = ['<img src=x onerror="document.title=1">.jpg', "\u202Egpj.exe", "k".repeat(1024)];
const state = temporaryFolder();

/** A pattern with edges, so that quality makes a difference. */
function noise(): Promise<Buffer> {
  const pixels = Buffer.from(Array.from({ length: 32 * 32 * 3 }, (_, index) => (index * 7919) % 256));
  return sharp(pixels, { raw: { width: 32, height: 32, channels: 3 } })
    .png()
    .toBuffer();
}

describe.skipIf(!CHROMIUM && !IS_REQUIRED)("the console's views of failures, events and prices", () => {
  let office: Awaited<ReturnType<typeof deadLetterOffice>>;
  let running: TestConsole;
  let browser: Browser;
  beforeAll(async () => {
    office = await deadLetterOffice();
    running = await runConsole({ endpoint: office.endpoint }, { state, pipelines: PIPELINES });
    await running.build();
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await running?.close();
    await office?.stop();
  });

  function empty(): void {
    office.empty();
    office.server.createBucket(UPLOADS);
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
  ])("has no violation of accessibility in any view, and nothing beside a %s screen", async (_, how) => {
    empty();
    await office.add(HOSTILE[0] ?? "", "STORE_DENIED");
    const { page } = await openPage(browser, running.address, how);
    const views = ["/", "/images", "/dead-letters", "/check", "/events", "/cost", "/no-such-page"];
    for (const path of views) {
      await page.goto(running.origin + path);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.getByRole("status").filter({ hasText: "Loading" }).waitFor({ state: "detached" });
      const beside = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth",
      );
      expect({ path, beside, violations: await violationsOf(page) }).toEqual({
        path,
        beside: 0,
        violations: [],
      });
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
    expect(await page.evaluate("document.activeElement.id")).toBe("view");
    await page.getByRole("link", { name: "Dead letters", exact: true }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: /photos\/a\.jpg/ }).waitFor();
    await page.getByRole("button", { name: /photos\/a\.jpg/ }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").getByText("photos/a.jpg failed", { exact: true }).waitFor();
    expect(new URL(page.url()).searchParams.has("message")).toBe(true);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(new URL(page.url()).search).toBe("");
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

  it("shows the price of each part", async () => {
    await look("/cost", async (page) => {
      await page.getByRole("cell", { name: "S3 writes" }).waitFor();
      await shoot(page, "cost");
    });
  });

  it("waits for events, and shows one that comes", async () => {
    await look("/events", async (page) => {
      await page.getByText("Waiting for events").waitFor();
      await shoot(page, "events");
    });
  });
});
