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

beforeAll(async () => {
  office = await deadLetterOffice();
  office.server.createBucket(UPLOADS);
  running = await runConsole({ endpoint: office.endpoint }, { state, pipelines: PIPELINES });
  const signedIn = await fetch(running.address, { redirect: "manual" });
  cookie = String(signedIn.headers.get("set-cookie")).split(";")[0] ?? "";
  const background = { r: 40, g: 160, b: 90 };
  const picture = sharp({ create: { width: 900, height: 600, channels: 3, background } });
  await office.put(UPLOADS, "photos/a.jpg", await picture.jpeg().toBuffer());
  await office.put(UPLOADS, "notes.jpg", Buffer.from("no picture"));
});
afterAll(async () => {
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
const render = (key: string, preset: object) =>
  ask("/api/lab/render", { key, preset: JSON.stringify(preset) });

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
    const { problem } = z.object({ problem: z.string() }).parse(await answer.json());
    expect(problem).toContain(words);
    expect(problem).not.toContain("\n");
  });
});
