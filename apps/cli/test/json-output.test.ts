import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { JSON_OUTPUTS, toJsonSchemas } from "../src/json-output.ts";
import { run } from "./run.ts";

const FOLDER = join(import.meta.dirname, "../json-schema");

test("the published JSON Schemas are those of the code (run: npm run generate)", () => {
  const published = new Map(
    readdirSync(FOLDER).map((name) => [name, readFileSync(join(FOLDER, name), "utf8")]),
  );
  expect(published).toEqual(toJsonSchemas());
});

test("every command with --json has a published shape, except bench and account", async () => {
  const { out } = await run([]);
  const from = out.indexOf("Commands:") + 1;
  const names = out.slice(from, out.indexOf("", from)).map((line) => line.trim().split(/ +/)[0] ?? "");
  const without = names.filter((name) => !(name in JSON_OUTPUTS));
  expect(without).toEqual(["account", "bench"]);
});
