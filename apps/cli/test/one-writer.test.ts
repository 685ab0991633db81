import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "../../..");

/** Every source file of every app and package, with its text. */
const SOURCES = ["apps", "packages"]
  .flatMap((parent) => readdirSync(join(ROOT, parent)).map((name) => join(ROOT, parent, name)))
  .flatMap((folder) => ["src", "bin"].map((name) => join(folder, name)))
  .flatMap(filesIn)
  .map((path) => ({ path: relative(ROOT, path), text: readFileSync(path, "utf8") }));

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(ts|mjs)$/.test(name))
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** Returns the files whose text has a pattern. */
const having = (pattern: RegExp) => SOURCES.filter(({ text }) => pattern.test(text)).map(({ path }) => path);

it("finds the sources", () => {
  expect(SOURCES.length).toBeGreaterThan(400);
});

it("writes to the process's streams in one function only, which escapes", () => {
  expect(having(/\bstream\.write\(|process\.(stdout|stderr)\.write\((?!"")/).toSorted()).toEqual(
    [
      // Without dependencies, about Node.js itself.
      "apps/cli/bin/pipeline.mjs",
      "apps/local/src/cli/terminal.ts",
      // A status that is escaped, and control sequences of its own.
      "apps/bench/src/report/progress.ts",
      // The function that escapes.
      "packages/lambda-kit/src/json-console.ts",
      "packages/schema/src/plain-text.ts",
    ].toSorted(),
  );
});

it("prints nothing by the console", () => {
  expect(having(/\bconsole\.(log|error|warn|info|debug|trace|table|dir)\(/)).toEqual([]);
});

it("writes JSON as JSON, not as a line of text", () => {
  expect(having(/\b(out|note|complain|result)\(\s*JSON\.stringify/)).toEqual([]);
});
