import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { toFields } from "../src/views/events/schema-fields.ts";

const published = (name: string): unknown =>
  JSON.parse(
    readFileSync(
      fileURLToPath(import.meta.resolve(`@image-pipeline/schema/json-schema/${name}.v1.json`)),
      "utf8",
    ),
  );

it("lists the fields of a published schema, those of objects and lists with their place", () => {
  const fields = toFields(published("image-processed"));
  expect(fields).toEqual(
    expect.arrayContaining([
      { path: "type", type: '"image.processed"', isRequired: true },
      { path: "data", type: "object", isRequired: true },
      { path: "data.source.versionId", type: "string or null", isRequired: true },
      { path: "data.renditions", type: "list of object", isRequired: true },
      { path: "data.renditions[].width", type: "integer", isRequired: true },
      { path: "data.replacesUpload", type: "boolean", isRequired: false },
    ]),
  );
});

it("names the choices of a field", () => {
  const verdict = toFields(published("image-analyzed")).find(({ path }) => path === "data.verdict");
  expect(verdict?.type).toBe('"allow" or "flag" or "quarantine" or null');
});

it.each([null, "text", [], {}])("lists nothing for %j", (schema) => {
  expect(toFields(schema)).toEqual([]);
});
