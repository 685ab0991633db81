import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import type * as z from "zod";
import { toJsonSchemas, toOutputSchemas } from "../src/published.ts";

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Returns every setting below a schema by its path; a record's values have the path `*`. */
function settingsOf(schema: JsonSchema, path: string[] = []): [path: string, schema: JsonSchema][] {
  const { properties = {}, additionalProperties, items } = schema;
  const children = Object.entries(properties);
  if (typeof additionalProperties === "object") children.push(["*", additionalProperties]);
  if (items && typeof items === "object" && !Array.isArray(items)) children.push(["*", items]);
  return children.flatMap(([name, child]) => {
    if (typeof child !== "object") return [];
    const at = [...path, name];
    const own: [string, JsonSchema][] = name === "*" ? [] : [[at.join("."), child]];
    return [...own, ...settingsOf(child, at)];
  });
}

const config: JsonSchema = JSON.parse(toJsonSchemas().get("pipeline-config.v1.json") ?? "{}");
const settings = [
  ...settingsOf(config),
  ...toOutputSchemas().flatMap((schema) => settingsOf(schema, ["formats"])),
];

test("every setting has a description in the published JSON Schema", () => {
  expect(settings.length).toBeGreaterThan(90);
  expect(settings.filter(([, { description }]) => !description).map(([path]) => path)).toEqual([]);
});

test("every setting has a default or an example that says something", () => {
  const isShown = (value: unknown) => !["null", '""', "[]", "{}", undefined].includes(JSON.stringify(value));
  const isGroup = ({ properties }: JsonSchema) => properties !== undefined;
  const silent = settings.filter(
    ([, schema]) => !isGroup(schema) && !isShown(schema.default) && !schema.examples && !schema.const,
  );
  expect(silent.map(([path]) => path)).toEqual([]);
});

test("every example is a valid value of its setting", () => {
  for (const [path, schema] of settings) {
    const { examples = [] } = schema;
    for (const example of Array.isArray(examples) ? examples : [])
      expect([path, new Ajv2020().validate(schema, example)]).toEqual([path, true]);
  }
});
