import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openChromium, RUNS_IN_CHROMIUM, sayIfSkipped } from "@image-pipeline/testing/chromium";
import { type Program, startProgram, waitFor } from "@image-pipeline/testing/progress";
import type { Browser, CDPSession, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const PIPELINE = join(import.meta.dirname, "../../../apps/cli/bin/pipeline.mjs");
const README = join(import.meta.dirname, "../../../README.md");
const PICTURES = join(import.meta.dirname, "../../../dist-test/gallery");
const HOSTILE = "<img src=x onerror=globalThis.hacked=1>.jpg";
const SCREEN = { width: 800, height: 700 };
/** A picture of 1600 by 1000 pixels. */
const LANDSCAPE = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 10" width="1600" height="1000">
  <linearGradient id="sky" x2="0" y2="1"><stop stop-color="#2b4c7e"/><stop offset="1" stop-color="#f4b183"/></linearGradient>
  <rect width="16" height="10" fill="url(#sky)"/><circle cx="11" cy="5.5" r="1.2" fill="#fff1c9"/>
  <path d="M0 10V6l3-2 4 4 3-3 6 4v1z" fill="#26334d"/><path d="M0 10V8l5-1 6 2 5-1v2z" fill="#151c2c"/>
</svg>`;

/** Runs in the page before its own scripts: keeps what its users would see move, and times its largest picture. */
const VITALS = `globalThis.vitals = { moved: [], largestPaintMilliseconds: 0 };
new PerformanceObserver((list) => {
  for (const { sources, hadRecentInput } of list.getEntries())
    if (!hadRecentInput) vitals.moved.push(...sources.map(({ node }) => (node.parentElement ?? node).outerHTML));
}).observe({ type: "layout-shift", buffered: true });
new PerformanceObserver((list) => {
  for (const { startTime } of list.getEntries()) vitals.largestPaintMilliseconds = Math.round(startTime);
}).observe({ type: "largest-contentful-paint", buffered: true });`;

sayIfSkipped("gallery");

describe.skipIf(!RUNS_IN_CHROMIUM)("npm start -- --example gallery", () => {
  const folder = mkdtempSync(join(tmpdir(), "gallery-"));
  const file = (name: string) => join(folder, name);
  let program: Program;
  let browser: Browser;
  let page: Page;
  let devTools: CDPSession;
  let url = "";
  let edge = "";
  const shown: string[] = [];

  beforeAll(async () => {
    mkdirSync(PICTURES, { recursive: true });
    await sharp(Buffer.from(LANDSCAPE)).jpeg().toFile(file(HOSTILE));
    writeFileSync(file("notes.txt"), "notes");
    writeFileSync(file("notes.jpg"), "These are notes, not pixels.");
    writeFileSync(file("large.jpg"), "");
    truncateSync(file("large.jpg"), 101 * 1024 * 1024);
    program = startProgram(PIPELINE, ["start", "--example", "gallery", "--no-samples", "--port", "0"]);
    const header = await program.seen("Ctrl-C stops it");
    [, url = ""] = /^gallery +(http:\S+)$/m.exec(header) ?? [];
    [, edge = ""] = /^CloudFront +(http:\S+)$/m.exec(header) ?? [];
    browser = await openChromium();
    const context = await browser.newContext({ viewport: SCREEN });
    context.setDefaultTimeout(300_000);
    page = await context.newPage();
    devTools = await context.newCDPSession(page);
    await page.addInitScript(VITALS);
    await page.goto(url);
  });
  afterAll(async () => {
    await browser?.close();
    program?.interrupt();
    await program?.ended;
    rmSync(folder, { recursive: true });
  });

  const read = (expression: string): Promise<unknown> => page.evaluate(expression);
  const choose = (name: string) => page.setInputFiles("input[type=file]", file(name));
  const reload = async () => {
    await page.goto(url);
    await page.locator("img.loaded").waitFor();
  };
  const current = async () => String(await read("document.querySelector('.card img').currentSrc"));
  /** Drops files on the page, which Playwright has no action for. */
  async function drop(...names: string[]): Promise<void> {
    const { x, y } = (await page.locator("h1").boundingBox()) ?? { x: 0, y: 0 };
    const data = { items: [], files: names.map(file), dragOperationsMask: 1 };
    for (const type of ["dragEnter", "dragOver", "drop"] as const)
      await devTools.send("Input.dispatchDragEvent", { type, x: x + 1, y: y + 1, data });
  }
  /** The text of the last card's frame, once it has one. */
  async function problemOf(name: string): Promise<unknown> {
    const card = page.locator(".card").filter({ has: page.getByText(name, { exact: true }) });
    await card.locator(".problem").waitFor();
    return card.locator(".problem").textContent();
  }

  it("shows a placeholder for a chosen file before its picture, and the picture when it is ready", async () => {
    await choose(HOSTILE);
    await page.locator(".frame[style*='data:image']").waitFor();
    await page.locator("img.loaded").waitFor();
    expect(await read("document.querySelector('.card progress').hidden")).toBe(true);
    expect(await read("vitals.moved")).toEqual([]);
  });

  it("loads the AVIF that has the width of the frame, from the edge", async () => {
    shown.push(await current());
    expect(shown[0]).toMatch(new RegExp(`^${edge}/renditions/.*/small\\.avif$`));
    const answer = await fetch(shown[0] ?? "");
    expect(answer.headers.get("content-type")).toBe("image/avif");
    const { width, height } = await sharp(await answer.arrayBuffer()).metadata();
    expect([width, height]).toEqual([320, 200]);
  });

  it("loads a larger one on a screen with more pixels", async () => {
    const screen = { ...SCREEN, mobile: false };
    await devTools.send("Emulation.setDeviceMetricsOverride", { ...screen, deviceScaleFactor: 2 });
    await reload();
    expect(await current()).toMatch(/\/medium\.avif$/);
    await devTools.send("Emulation.setDeviceMetricsOverride", { ...screen, deviceScaleFactor: 1 });
  });

  it("loads the JPEG in a browser that does not know AVIF", async () => {
    await devTools.send("Emulation.setDisabledImageTypes", { imageTypes: ["avif"] });
    await reload();
    shown.push(await current());
    await devTools.send("Emulation.setDisabledImageTypes", { imageTypes: [] });
    expect(shown[1]).toMatch(new RegExp(`^${edge}/renditions/.*\\.jpg$`));
    expect((await fetch(shown[1] ?? "")).headers.get("content-type")).toBe("image/jpeg");
  });

  it("takes a file's name as text, not as markup", async () => {
    expect(await read("document.querySelector('.name').textContent")).toBe(HOSTILE);
    expect(await read("[globalThis.hacked, document.querySelectorAll('img').length]")).toEqual([
      undefined,
      1,
    ]);
    expect(await read("document.querySelector('img').alt")).toBe(HOSTILE);
  });

  it("has the ThumbHash and the proportions of a picture when the page is loaded again", async () => {
    await reload();
    expect(await read("document.querySelector('.frame').style.backgroundImage")).toContain("data:image/png");
    expect(
      await read("['width', 'height'].map((name) => document.querySelector('img').getAttribute(name))"),
    ).toEqual(["1280", "800"]);
  });

  it("says in one line why a dropped file is not taken", async () => {
    await drop("notes.txt", "large.jpg", "notes.jpg");
    expect(await problemOf("notes.txt")).toBe(
      "notes.txt is not a picture: choose a JPEG, PNG, WebP, GIF, TIFF, AVIF or HEIC.",
    );
    expect(await problemOf("large.jpg")).toBe("large.jpg has 101.0 MB: at most 100.0 MB are allowed.");
    expect(await problemOf("notes.jpg")).toMatch(/^[^\n]+$/);
  });

  it("moves nothing on the page, from its first load to the last picture", async () => {
    const vitals = await read("vitals");
    process.stdout.write(`gallery: ${JSON.stringify(vitals)}\n`);
    expect(vitals).toMatchObject({ moved: [] });
    await page.screenshot({ path: join(PICTURES, "gallery.png"), fullPage: true });
    await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
    await page.screenshot({ path: join(PICTURES, "gallery-dark.png"), fullPage: true });
  });

  it("shows a picture by the ten lines of the README", async () => {
    const [, code = ""] = /^```js\n(.*?)^```/ms.exec(readFileSync(README, "utf8")) ?? [];
    expect(code.trim().split("\n")).toHaveLength(10);
    const shows = await read(`(async () => {
      const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 400 });
      canvas.getContext("2d").fillRect(0, 0, 300, 300);
      const file = new File([await new Promise((give) => canvas.toBlob(give))], "drawn.png", { type: "image/png" });
      ${code}
      document.body.append(element);
      await element.lastChild.decode();
      return [element.lastChild.currentSrc, element.lastChild.alt];
    })()`);
    expect(shows).toEqual([expect.stringMatching(/\/renditions\/.*\.avif$/), "drawn.png"]);
  });

  it("is for its own page only", async () => {
    const post = (origin: string) =>
      fetch(`${url}/list`, { method: "POST", body: "{}", headers: { origin } });
    expect([(await post(url)).status, (await post("https://evil.example")).status]).toEqual([200, 403]);
  });

  it("deletes a picture, which is then gone at the edge", async () => {
    await page.click(".card button");
    expect(await read("document.querySelector('.card').hidden")).toBe(true);
    const statuses = async () => Promise.all(shown.map(async (address) => (await fetch(address)).status));
    const gone = await waitFor({ read: statuses, until: (all) => all.every((status) => status !== 200) });
    expect(gone).toEqual([403, 403]);
  });

  it("says that the pipeline does not answer when it has been stopped", async () => {
    program.interrupt();
    await program.ended;
    await choose("notes.jpg");
    const problem = page.locator(".card:last-child .problem");
    await problem.waitFor();
    expect(await problem.textContent()).toBe(
      "The image pipeline does not answer. Start it with: npm start -- --example gallery",
    );
  });
});
