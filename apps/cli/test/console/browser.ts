import { mkdirSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core"; // the rules of accessibility that can be checked by a program
import type { Browser, Page } from "playwright-core";

/** Screenshots of the tests' run, to look at. */
const SCREENSHOTS = join(import.meta.dirname, "../../../../dist-test/console");
/** Long enough that no test is ended because a busy machine makes it slow, and short enough that a failure names its element. */
const TIMEOUT_MILLISECONDS = 300_000;

export interface Look {
  colorScheme?: "light" | "dark";
  width?: number;
  height?: number;
}

/** A page of its own, signed in by the console's address. Errors of its scripts are kept. */
export async function openPage(
  browser: Browser,
  address: string,
  { colorScheme = "light", width = 1280, height = 800 }: Look = {},
): Promise<{ page: Page; errors: string[] }> {
  const context = await browser.newContext({ colorScheme, viewport: { width, height } });
  context.setDefaultTimeout(TIMEOUT_MILLISECONDS);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  await page.goto(address);
  return { page, errors };
}

/** The violations that axe finds, each with the elements. */
export async function violationsOf(page: Page): Promise<string[]> {
  // Through the debugger, because the page's policy forbids scripts of others.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
    "axe.run()",
  );
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

/** Writes a screenshot of what is visible. */
export async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
}
