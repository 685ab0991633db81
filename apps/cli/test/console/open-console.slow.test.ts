import { afterAll, beforeAll, expect, it } from "vitest";
import { openConsole } from "../../src/console/open-console.ts";
import { type FauxqsPipeline, fauxqsPipeline } from "../fauxqs-pipeline.ts";

let pipeline: FauxqsPipeline;
beforeAll(async () => {
  pipeline = await fauxqsPipeline();
});
afterAll(() => pipeline.stop());

it("opens the console in another process, and ends it", async () => {
  const opened = await openConsole(pipeline.endpoint);
  const address = opened?.address ?? "";
  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/);
  expect((await fetch(new URL("/api/session", address))).status).toBe(401);
  opened?.end();
  await expect.poll(() => fetch(address).catch(() => "gone"), { timeout: 60_000 }).toBe("gone");
});
