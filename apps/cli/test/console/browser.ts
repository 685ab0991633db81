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

/** A new page, signed in by the console's address. Errors of its scripts are kept. */
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

/** Waits until nothing on the page is being loaded, except pictures that are loaded when they are scrolled to. */
export async function loaded(page: Page): Promise<void> {
  await page.getByRole("status").filter({ hasText: "Loading" }).first().waitFor({ state: "detached" });
  await page.evaluate(
    "Promise.allSettled([...document.querySelectorAll('img:not([loading=lazy])')].map((image) => image.decode()))",
  );
}

/** The elements of a view that reach into or beyond its margin; an area that scrolls, and a dialog, have other bounds. */
const BESIDE = `{
  const view = document.querySelector("main");
  const right = view.getBoundingClientRect().right - parseFloat(getComputedStyle(view).paddingRight);
  const isCut = (element) =>
    element !== view && (getComputedStyle(element).overflowX !== "visible" || isCut(element.parentElement));
  const isApart = (element) => element.closest("dialog") !== null || isCut(element.parentElement);
  const page = document.documentElement;
  [
    ...[...view.querySelectorAll("*")].filter(
      (element) => element.getBoundingClientRect().right > right + 1 && !isApart(element),
    ),
    ...(page.scrollWidth > page.clientWidth ? [page] : []),
  ].map((element) => element.outerHTML.slice(0, 200));
}`;

/** The violations that axe finds, each with the elements, and the elements that the view is too narrow for. */
export async function violationsOf(page: Page): Promise<string[]> {
  // Through the debugger, because the page's policy forbids scripts of others.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
    "axe.run()",
  );
  const beside = await page.evaluate<string[]>(BESIDE);
  return [
    ...violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`)),
    ...beside.map((html) => `beside the view: ${html}`),
  ];
}

/** Writes a screenshot of what is visible. */
export async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
}
