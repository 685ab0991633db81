import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { Analysis } from "../src/analysis.ts";
import { ImageEvent, ResultEvent } from "../src/events.ts";
import { Manifest } from "../src/manifest.ts";
import { toJsonSchemas } from "../src/published.ts";

const folder = join(import.meta.dirname, "golden");
const golden = readdirSync(folder).map((name) => ({ name, value: read(join(folder, name)) }));

function read(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}

function shapeOf(name: string) {
  if (name.startsWith("image-manifest")) return Manifest;
  if (name.startsWith("image-analysis")) return Analysis;
  return /uploaded|deleted/.test(name) ? ImageEvent : ResultEvent;
}

test.each(golden)("$name still parses to the same values", ({ name, value }) => {
  expect(shapeOf(name).parse(value)).toEqual(value);
});

test.each(golden)("$name passes its published JSON Schema", ({ name, value }) => {
  const ajv = new Ajv2020();
  const validate = ajv.compile(
    JSON.parse(readFileSync(schemaFile(`${name.split(".").slice(0, 2).join(".")}.json`), "utf8")),
  );
  expect(validate(value) ? [] : validate.errors).toEqual([]);
  expect(validate({ ...Object(value), bucket: 1, source: 7 })).toBe(false);
});

test.each(golden)("$name with a field of a later version still parses", ({ name, value }) => {
  expect(shapeOf(name).safeParse({ ...Object(value), addedLater: true }).success).toBe(true);
});

test("the published JSON Schema files are up to date (else run `generate`)", () => {
  for (const [name, text] of toJsonSchemas()) expect(readFileSync(schemaFile(name), "utf8"), name).toBe(text);
});

function schemaFile(name: string): string {
  return join(import.meta.dirname, "../json-schema", name);
}
