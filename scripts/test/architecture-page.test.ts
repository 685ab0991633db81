import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const page = readFileSync(join(root, "docs/architecture.md"), "utf8");

/** Test files of the page's table, each with the test names quoted after it. */
const quoted = [...page.matchAll(/`((?:apps|packages)\/[^`]+\.ts)`((?: "[^"]+",?)*)/g)].map(
  ([, file = "", names = ""]) => ({
    file,
    names: [...names.matchAll(/"([^"]+)"/g)].map(([, name = ""]) => name),
  }),
);

test("docs/architecture.md quotes many tests", () => {
  expect(quoted.flatMap(({ names }) => names).length).toBeGreaterThan(12);
});

test.each(quoted)("docs/architecture.md quotes tests that exist: $file", ({ file, names }) => {
  expect(existsSync(join(root, file))).toBe(true);
  const source = readFileSync(join(root, file), "utf8");
  expect(names.filter((name) => !source.includes(name))).toEqual([]);
});
