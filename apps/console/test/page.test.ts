import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const MAX_GZIPPED_BYTES = 250_000;
const folder = mkdtempSync(join(tmpdir(), "console-page-"));
let files: { name: string; text: string }[];

beforeAll(async () => {
  await build({
    configFile: join(import.meta.dirname, "../vite.config.ts"),
    build: { outDir: folder, emptyOutDir: true },
    logLevel: "error",
  });
  files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name, parentPath }) => ({ name, text: readFileSync(join(parentPath, name), "utf8") }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the built page", () => {
  it("is under 250 kB gzipped, with every view", () => {
    const bytes = files.reduce((sum, { text }) => sum + gzipSync(text).length, 0);
    expect(bytes).toBeLessThan(MAX_GZIPPED_BYTES);
  });

  it("has no inline script or style, which its server forbids", () => {
    const { text = "" } = files.find(({ name }) => name === "index.html") ?? {};
    expect(text).toContain('<script type="module" crossorigin src="/assets/');
    expect(text).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=/);
  });

  it("loads nothing from another host", () => {
    const addresses = files.flatMap(({ text }) => text.match(/["'`(]https?:\/\/[^"'`)\s]+/g) ?? []);
    expect(addresses.filter((address) => !address.includes("www.w3.org"))).toEqual([]);
  });
});
