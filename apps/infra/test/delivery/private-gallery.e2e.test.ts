import { generateKeyPairSync } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chooseExample, startExample } from "@image-pipeline/local";
import { openChromium, RUNS_IN_CHROMIUM, sayIfSkipped } from "@image-pipeline/testing/chromium";
import { waitFor } from "@image-pipeline/testing/progress";
import type { Browser, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEdge } from "./local-edge.ts";

const SCREENSHOTS = join(import.meta.dirname, "../../../../dist-test/gallery");
const NAME = "blue.png";
sayIfSkipped("private gallery");

describe.skipIf(!RUNS_IN_CHROMIUM)("the gallery with signed access", () => {
  let edge: Awaited<ReturnType<typeof startEdge>>;
  let browser: Browser;
  let page: Page;
  let url: string;
  let shown = "";
  const ends: (() => Promise<void>)[] = [];
  const complaints: unknown[] = [];

  beforeAll(async () => {
    const example = await chooseExample("gallery");
    url = example.url;
    // The application on this machine does not have the private key of the config's public key.
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const a = String(publicKey.export({ type: "spki", format: "pem" }));
    edge = await startEdge({ access: "signed", publicKeys: { a }, allowedOrigins: ["*"] }, example.origins);
    await startExample(example, edge.runtime, {
      endpoint: edge.endpoint,
      options: { environment: undefined },
      terminal: { complain: (line) => complaints.push(line) },
      exits: { onEnd: (end) => void ends.push(end), isLeaving: () => true },
    });
    browser = await openChromium();
    page = await visit();
  });
  afterAll(async () => {
    await browser?.close();
    for (const end of ends) await end();
  });

  /** Opens the page as somebody who has not been there before. */
  async function visit(): Promise<Page> {
    const context = await browser.newContext();
    context.setDefaultTimeout(300_000);
    const visited = await context.newPage();
    await visited.goto(url);
    return visited;
  }

  /** Waits for the picture. The gallery's server waits for half a minute, so on a busy machine the page is loaded again. */
  async function loadedImage() {
    const image = page.locator("img.loaded");
    const isLeft = async () =>
      (await page.locator(".problem").filter({ visible: true }).count()) > 0 ||
      (await page.locator(".card").count()) === 0;
    const read = async () => {
      if (await isLeft()) await page.reload({ waitUntil: "networkidle" });
      return image.count();
    };
    await waitFor({ read, until: (count) => count > 0 });
    return image;
  }

  it("shows an uploaded picture by signed addresses", async () => {
    const buffer = await sharp({ create: { width: 64, height: 48, channels: 3, background: "#336699" } })
      .png()
      .toBuffer();
    await page.locator("input[type=file]").setInputFiles({ name: NAME, mimeType: "image/png", buffer });
    const image = await loadedImage();
    shown = await image.evaluate((element: { currentSrc?: string }) => element.currentSrc ?? "");
    expect(shown).toMatch(
      new RegExp(
        `^${edge.address}/renditions/.+/thumb\\.avif\\?Expires=.+&Key-Pair-Id=KLOCAL\\w+&Signature=.+$`,
      ),
    );
    expect((await fetch(shown.replace(/\?.*/, ""))).status).toBe(403);
    mkdirSync(SCREENSHOTS, { recursive: true });
    await page.screenshot({ path: join(SCREENSHOTS, "private.png") });
  });

  it("lets a script of a page read its bytes, also with a header that makes the browser ask before", async () => {
    const status = page.evaluate(
      async (address) => (await fetch(address, { headers: { "x-own": "1" } })).status,
      shown,
    );
    expect(await status).toBe(200);
    const unsigned = page.evaluate(
      (address) => fetch(address, { headers: { "x-own": "1" } }).catch(({ name }: Error) => name),
      shown.replace(/\?.*/, ""),
    );
    expect(await unsigned).toBe("TypeError");
  });

  it("shows a picture to no new visitor, seconds after it was quarantined", async () => {
    const status = async () => (await fetch(shown)).status;
    expect(await status()).toBe(200);
    const { pathname } = new URL(shown);
    const [key = ""] = await edge.keys();
    const before = Date.now();
    await edge.quarantine(key, decodeURIComponent(pathname.slice(1)));
    await waitFor({ read: status, until: (now) => now === 403 });
    process.stdout.write(`private gallery: gone at the edge ${Date.now() - before} ms after quarantine\n`);
    const visitor = await visit();
    await visitor.getByText(`${NAME} cannot be shown any more.`).waitFor();
    await visitor.screenshot({ path: join(SCREENSHOTS, "quarantined.png") });
    expect([complaints, edge.errors]).toEqual([[], []]);
  });
});
