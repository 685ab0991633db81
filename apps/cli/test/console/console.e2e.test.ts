import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalWorld, runLocally, synthesised, temporaryFolder } from "../local-world.ts";
import { CHROMIUM, IS_REQUIRED, openBrowser, openPage, shoot, violationsOf } from "./browser.ts";
import { runConsole, type TestConsole } from "./running-console.ts";

if (!CHROMIUM && !IS_REQUIRED) process.stdout.write("the console: skipped: Chromium is not installed\n");

const state = temporaryFolder();
const data = temporaryFolder();

describe.skipIf(!CHROMIUM && !IS_REQUIRED)("the console in Chromium", () => {
  let world: LocalWorld;
  let running: TestConsole;
  let browser: Browser;
  beforeAll(async () => {
    world = await runLocally(await synthesised(), data);
    running = await runConsole({ endpoint: world.endpoint }, { state });
    await running.build();
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await running?.close();
    await world?.stop();
  });

  it("shows the queues on its first page, without the token in the address", async () => {
    const { page, errors } = await openPage(browser, running.address);
    await page.getByRole("cell", { name: "image-pipeline-local-renditions", exact: true }).waitFor();
    expect([page.url(), await page.title()]).toEqual([`${running.origin}/`, "Live flow · image pipeline"]);
    await shoot(page, "flow");
    expect([errors, await violationsOf(page)]).toEqual([[], []]);
    await page.context().close();
  });
});
