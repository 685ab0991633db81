import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CHROMIUM } from "@image-pipeline/testing/chromium";
import { toColourPage } from "./test/browser/colour-page.ts";
import { compareWithChromium } from "./test/browser/comparison.ts";

if (CHROMIUM) {
  const [version = ""] =
    execFileSync(CHROMIUM, ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).match(
      /\w+ \d+/,
    ) ?? [];
  const page = toColourPage(await compareWithChromium(), version);
  await writeFile(join(import.meta.dirname, "../../docs/colour.md"), page);
} else console.log("docs/colour.md is left as it is: Chromium is not installed");
