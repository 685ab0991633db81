import { cpSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openChromium, RUNS_IN_CHROMIUM } from "@image-pipeline/testing/chromium";
import { afterAll, beforeAll, expect, it } from "vitest";
import { application, type Packed, pack, run } from "./application/application.ts";
import { serveImages } from "./application/image-server.ts";

let packed: Packed;
beforeAll(async () => {
  packed = await pack();
});
afterAll(() => packed.remove());

/** Expects a picture with an AVIF source of two widths and the JPEG for every browser. */
function expectPicture(html: string, baseUrl: string): void {
  const at = `${baseUrl}/renditions/id/tag`;
  const [found = ""] = /<picture.*?<\/picture>/s.exec(html) ?? [];
  expect(found.toLowerCase()).toContain('type="image/avif"');
  expect(found).toContain(`${at}/small.avif 320w, ${at}/large.avif 1280w`);
  expect(found).toContain(`src="${at}/large.jpeg"`);
  expect(found).toContain('width="1280"');
  expect(found).toContain('alt="A cat on a wall"');
}

/** Returns the HTML of a page when its scripts have made a picture. */
async function htmlOf(url: string): Promise<string> {
  const browser = await openChromium();
  const page = await browser.newPage();
  await page.goto(url);
  await page.locator("picture img").waitFor({ state: "attached" });
  const html = await page.content();
  await browser.close();
  return html;
}

it.skipIf(!RUNS_IN_CHROMIUM)(
  "plain HTML: the page shows the picture in a browser (skipped without Chromium)",
  async () => {
    const folder = await application(packed, { recipe: "html" });
    cpSync(join(folder, "node_modules/@image-pipeline/client/index.js"), join(folder, "client/index.js"));
    const url = await serveImages(folder, (html, baseUrl) =>
      html.replace("https://images.example.com", baseUrl),
    );
    expectPicture(await htmlOf(url), url);
  },
);

it.skipIf(!RUNS_IN_CHROMIUM)(
  "Vite and React: the built page shows it in a browser (skipped without Chromium)",
  async () => {
    const folder = await application(packed, {
      recipe: "vite-react",
      linked: ["react", "react-dom", "vite"],
    });
    const url = await serveImages(join(folder, "dist"));
    await run(process.execPath, ["node_modules/vite/bin/vite.js", "build"], folder, { VITE_IMAGES_URL: url });
    expectPicture(await htmlOf(url), url);
  },
);

/** Installs what a recipe needs from npm, too heavy for this workspace. @returns false without a registry */
async function install(folder: string): Promise<boolean> {
  try {
    await run("npm", ["view", "react", "version"], folder);
  } catch {
    return false;
  }
  await run("npm", ["install", "--no-audit", "--no-fund", packed.file], folder);
  return true;
}

it("Next: the built page has all three pictures (skipped without a registry)", async ({ skip }) => {
  const folder = await application(packed, { recipe: "next" });
  skip(!(await install(folder)), "npm's registry cannot be reached, and Next is not in this workspace");
  const url = await serveImages(folder);
  await run(process.execPath, ["node_modules/next/dist/bin/next", "build"], folder, {
    NEXT_PUBLIC_IMAGES_URL: url,
    NEXT_TELEMETRY_DISABLED: "1",
  });
  const html = readFileSync(join(folder, ".next/server/app/index.html"), "utf8");
  expectPicture(html, url);
  expect(html.match(/<picture>/g)).toHaveLength(2);
  expect(html).toContain(`${url}/i/small/photos/cat.jpg 320w`);
  expect(html).toContain(`src="${url}/i/full/photos/cat.jpg"`);
});

it("Astro: the built page has the picture (skipped without a registry)", async ({ skip }) => {
  const folder = await application(packed, { recipe: "astro" });
  skip(!(await install(folder)), "npm's registry cannot be reached, and Astro is not in this workspace");
  const url = await serveImages(folder);
  await run(
    process.execPath,
    [...globSync("node_modules/astro/bin/astro.mjs", { cwd: folder }), "build"],
    folder,
    {
      IMAGES_URL: url,
      ASTRO_TELEMETRY_DISABLED: "1",
    },
  );
  expectPicture(readFileSync(join(folder, "dist/index.html"), "utf8"), url);
});
