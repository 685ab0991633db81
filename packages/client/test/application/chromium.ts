import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** The path of a Chromium on this machine, or undefined. */
export const CHROMIUM = NAMES.map(pathOf).find((path) => path !== "");

function pathOf(name: string): string {
  try {
    return execFileSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).trim();
  } catch {
    return "";
  }
}

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
