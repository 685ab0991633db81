import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { findChromium } from "@image-pipeline/testing/chromium";

/** The path of a Chromium on this machine, or undefined. */
export const CHROMIUM = findChromium();

/** Loads a page in a browser. @returns its HTML after its scripts have run */
export async function htmlAfterScripts(url: string): Promise<string> {
  const profile = mkdtempSync(join(tmpdir(), "chromium-"));
  const flags = [
    "--headless",
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-gpu",
  ];
  const { stdout } = await promisify(execFile)(CHROMIUM ?? "", [
    ...flags,
    `--user-data-dir=${profile}`,
    "--virtual-time-budget=10000",
    "--dump-dom",
    url,
  ]);
  rmSync(profile, { recursive: true, force: true });
  return stdout;
}
