import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { newLogLines } from "../../src/lambda-host/new-log-lines.ts";
import { temporaryFolder } from "../temporary-folder.ts";

it("returns each complete line once, from when it was made", () => {
  const file = join(temporaryFolder(), "a.log");
  appendFileSync(file, "before\n");
  const next = newLogLines(file);
  appendFileSync(file, "one\ntwo\nthr");
  expect(next()).toEqual(["one", "two"]);
  appendFileSync(file, "ee ü\n");
  expect([next(), next()]).toEqual([["three ü"], []]);
});
