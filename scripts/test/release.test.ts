import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { VERSION } from "@image-pipeline/schema/version";
import { expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

it("manifests and log lines have the version of package.json (run: npm run generate)", () => {
  expect(VERSION).toBe(JSON.parse(read("package.json")).version);
});

it("the changelog begins with that version", () => {
  expect(/^## (.+)$/m.exec(read("CHANGELOG.md"))?.[1]).toBe(VERSION);
});

it("every pending change names the repository, how much it changes, and a summary", () => {
  for (const file of globSync(".changeset/*.md", { cwd: ROOT }))
    expect([file, read(file)]).toEqual([
      file,
      expect.stringMatching(/^---\n"image-pipeline": (patch|minor|major)\n---\n\n\S/),
    ]);
});
