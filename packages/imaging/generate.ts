import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findChromium } from "@image-pipeline/testing/chromium";
import { toColourPage } from "./test/browser/colour-page.ts";
import { compareWithChromium } from "./test/browser/comparison.ts";

const chromium = findChromium();
if (chromium) {
  const [version = ""] =
    execFileSync(chromium, ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).match(
      /\w+ \d+/,
    ) ?? [];
  const page = toColourPage(await compareWithChromium(chromium), version);
  await writeFile(join(import.meta.dirname, "../../docs/colour.md"), page);
} else console.log("docs/colour.md is left as it is: Chromium is not installed");
