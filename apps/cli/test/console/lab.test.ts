import type { ChildProcess } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { definePipeline } from "@image-pipeline/schema/config";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { deadLetterOffice, PIPELINES } from "../dlq/dead-letter-office.ts";
import { temporaryFolder } from "../local-world.ts";
import { runConsole, type TestConsole } from "./running-console.ts";

const UPLOADS = "image-pipeline-local-uploads-000000000000";
const state = temporaryFolder();
let office: Awaited<ReturnType<typeof deadLetterOffice>>;
let running: TestConsole;
let cookie: string;

/** Every process that this one has started since. */
const children: ChildProcess[] = [];
const onChild = (started: unknown) => children.push(Object(started).process);
/** The process that compares two pictures at the moment. */
const comparing = () =>
  children.find(
    ({ spawnargs, exitCode, signalCode }) =>
      spawnargs?.some((argument) => argument.endsWith("compare-child.ts")) &&
      exitCode === null &&
      signalCode === null,
  );

beforeAll(async () => {
  subscribe("child_process", onChild);
  office = await deadLetterOffice();
  office.server.createBucket(UPLOADS);
  running = await runConsole({ endpoint: office.endpoint }, { state, pipelines: PIPELINES });
  const signedIn = await fetch(running.address, { redirect: "manual" });
  cookie = String(signedIn.headers.get("set-cookie")).split(";")[0] ?? "";
  const background = { r: 40, g: 160, b: 90 };
  const picture = sharp({ create: { width: 900, height: 600, channels: 3, background } });
  await office.put(UPLOADS, "photos/a.jpg", await picture.jpeg().toBuffer());
  const red = await sharp({ create: { width: 300, height: 200, channels: 3, background: "#f00" } })
    .png()
    .toBuffer();
  const halves = sharp({ create: { width: 600, height: 200, channels: 3, background: "#00f" } });
  const drawn = halves.composite([{ input: red, left: 0, top: 0 }]).png();
  await office.put(UPLOADS, "halves.png", await drawn.toBuffer());
  await office.put(UPLOADS, "notes.jpg", Buffer.from("no picture"));
});
afterAll(async () => {
  unsubscribe("child_process", onChild);
  await running.close();
  await office.stop();
});

const Picture = z.object({
  id: z.string(),
  width: z.int(),
  height: z.int(),
  bytes: z.int(),
  ssim: z.number().nullable(),
  ssimulacra2: z.number().nullable(),
  usdPerMillion: z.number(),
});
const ask = (path: string, query: Record<string, string>) =>
  fetch(`${running.origin}${path}?${new URLSearchParams(query)}`, { headers: { cookie } });
const render = (key: string, preset: object, more: Record<string, string> = {}) =>
  ask("/api/lab/render", { key, preset: JSON.stringify(preset), ...more });
const sentenceOf = async (answer: Response) =>
  z.object({ problem: z.string() }).parse(await answer.json()).problem;

/** Renders a square crop of the picture whose left half is red, and returns its mean colour. */
async function cropAt(focus: string): Promise<number[]> {
  const square = { width: 100, height: 100, fit: "cover", formats: ["png"] };
  const { id } = Picture.parse(await (await render("halves.png", square, { focus })).json());
  const file = await ask("/api/lab/picture", { id });
  const { channels } = await sharp(Buffer.from(await file.arrayBuffer())).stats();
  return channels.map(({ mean }) => Math.round(mean));
}

describe("the console's lab", () => {
  it("renders a picture by a preset, with its likeness to the original and its price", async () => {
    const answer = await render("photos/a.jpg", { width: 300, formats: ["webp"] });
    const picture = Picture.parse(await answer.json());
    expect(picture).toMatchObject({ width: 300, height: 200 });
    expect(picture.ssim).toBeGreaterThan(0.9);
    expect(picture.usdPerMillion).toBeGreaterThan(5);
    const file = await ask("/api/lab/picture", { id: picture.id });
    expect(file.headers.get("content-type")).toBe("image/webp");
    expect((await file.arrayBuffer()).byteLength).toBe(picture.bytes);
  });

  it("does not read a file that is larger than the pipeline accepts", async () => {
    await office.put(UPLOADS, "huge.jpg", Buffer.alloc(100 * 1024 * 1024 + 1));
    const answer = await render("huge.jpg", { width: 300, formats: ["webp"] });
    expect(await sentenceOf(answer)).toMatch(/^huge\.jpg has 104857601 bytes, more than limits\.maxBytes/);
  });

  it("keeps the focal point in a crop", async () => {
    expect([await cropAt("0.1,0.5"), await cropAt("0.9,0.5")]).toEqual([
      [255, 0, 0],
      [0, 0, 255],
    ]);
  });

  it("shows the whole picture, to choose a focal point", async () => {
    const preview = await (await ask("/api/lab/preview", { key: "halves.png" })).json();
    expect(preview).toMatchObject({ width: 480, height: 160, focus: null });
  });

  it("renders in a process that the limits end, with the reason in words, and goes on with the next picture", async () => {
    const pipelines = definePipeline({
      presets: { thumb: { width: 10, formats: ["webp"] } },
      limits: { maxRenderMemoryBytes: 64 * 2 ** 20 },
      environments: { dev: {} },
    });
    const small = await runConsole({ endpoint: office.endpoint }, { state, pipelines });
    const preset = JSON.stringify({ width: 300, formats: ["webp"] });
    const query = new URLSearchParams({ key: "photos/a.jpg", preset });
    const signedIn = await fetch(small.address, { redirect: "manual" });
    const own = { cookie: String(signedIn.headers.get("set-cookie")).split(";")[0] ?? "" };
    const answer = await fetch(`${small.origin}/api/lab/render?${query}`, { headers: own });
    expect(await sentenceOf(answer)).toMatch(/takes more memory to render than the 64 MiB that are allowed/);
    await small.close();
    expect((await render("photos/a.jpg", { width: 300, formats: ["webp"] })).status).toBe(200);
  });

  it("answers other requests while pictures are compared", async () => {
    let isRendered = false;
    const rendered = render("photos/a.jpg", { width: 800, formats: ["webp"] }).finally(() => {
      isRendered = true;
    });
    await expect.poll(comparing, { timeout: 300_000 }).toBeDefined();
    const child = comparing();
    // It goes on only after the other answer.
    child?.kill("SIGSTOP");
    const other = await ask("/api/lab", {});
    expect([other.status, isRendered]).toEqual([200, false]);
    child?.kill("SIGCONT");
    expect(Picture.parse(await (await rendered).json()).ssimulacra2).toBeGreaterThan(50);
  });

  it("ends the comparison of an aborted request, and continues with the next", async () => {
    const page = new AbortController();
    const query = new URLSearchParams({
      key: "photos/a.jpg",
      preset: JSON.stringify({ width: 801, formats: ["webp"] }),
    });
    const rendered = fetch(`${running.origin}/api/lab/render?${query}`, {
      headers: { cookie },
      signal: page.signal,
    });
    rendered.catch(() => "expected below");
    await expect.poll(comparing, { timeout: 300_000 }).toBeDefined();
    const child = comparing();
    child?.kill("SIGSTOP");
    page.abort();
    await expect(rendered).rejects.toThrow("aborted");
    await expect.poll(() => child?.signalCode, { timeout: 300_000 }).toBe("SIGKILL");
    expect((await render("photos/a.jpg", { width: 10, formats: ["webp"] })).status).toBe(200);
  });

  it("leaves the measure out that a tiny picture is too small for", async () => {
    const answer = await render("photos/a.jpg", { width: 10, formats: ["webp"] });
    expect(Picture.parse(await answer.json())).toMatchObject({ width: 10, ssim: null, ssimulacra2: null });
  });

  it.each([
    ["photos/a.jpg", { width: 0, formats: ["webp"] }, "the preset's width"],
    ["photos/a.jpg", { width: 10, formats: ["bmp"] }, "the preset's formats"],
    ["notes.jpg", { width: 10, formats: ["webp"] }, "not"],
    ["photos/gone.jpg", { width: 10, formats: ["webp"] }, "key"],
  ])("says in one sentence what is wrong with %s and %j", async (key, preset, words) => {
    const answer = await render(key, preset);
    expect(answer.status).toBe(502);
    const problem = await sentenceOf(answer);
    expect(problem).toContain(words);
    expect(problem).not.toContain("\n");
  });
});
