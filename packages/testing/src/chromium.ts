import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { writeLines } from "@image-pipeline/schema/plain-text";
import { type Browser, chromium } from "playwright-core"; // drives the installed Chromium

const OPTIONS = [
  "--no-sandbox",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-dev-shm-usage",
];

/** The path of an installed Chromium, or undefined. */
export const CHROMIUM = (process.env.PATH ?? "")
  .split(delimiter)
  .flatMap((folder) => ["chromium", "chromium-browser", "google-chrome"].map((name) => join(folder, name)))
  .find(existsSync);

/** Whether tests run in Chromium: if it is installed, and always in CI, so that they fail without it. */
export const RUNS_IN_CHROMIUM = CHROMIUM !== undefined || Boolean(process.env.CI);

/** Says once that tests are skipped without Chromium. */
export function sayIfSkipped(tests: string): void {
  if (!RUNS_IN_CHROMIUM) writeLines(process.stdout, [`${tests}: skipped: Chromium is not installed`]);
}

/** @throws {Error} when Chromium is not installed */
export async function openChromium(): Promise<Browser> {
  if (CHROMIUM === undefined) throw new Error("Chromium is missing: apt-get install chromium");
  return chromium.launch({ executablePath: CHROMIUM, args: OPTIONS });
}
