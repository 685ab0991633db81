import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openChromium } from "@image-pipeline/testing/chromium";
import sharp from "sharp";
import { loaded, openPage } from "./browser.ts";

/** `node apps/cli/test/console/take-picture.ts ADDRESS KEY` writes the picture of the docs from a console that runs. */
const PICTURE = join(import.meta.dirname, "../../../../docs/console.webp");
const MAX_BYTES = 200_000;

const [address, key] = process.argv.slice(2);
if (address === undefined || key === undefined)
  throw new Error("name the console's address, as npm start shows it, and the key of an image");
const browser = await openChromium();
const { page } = await openPage(browser, address, { height: 1280 });
await page.goto(new URL(`/images/${encodeURIComponent(key)}`, address).href);
await page.getByRole("list", { name: /^Events from / }).waitFor();
await loaded(page);
const picture = await sharp(await page.screenshot())
  .webp({ quality: 85 })
  .toBuffer();
await browser.close();
if (picture.length > MAX_BYTES)
  throw new Error(`the picture has ${picture.length} bytes, more than ${MAX_BYTES}`);
writeFileSync(PICTURE, picture);
