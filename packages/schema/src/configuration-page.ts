import type * as z from "zod";
import { toJsonSchemas, toOutputSchemas } from "./published.ts";

type JsonSchema = z.core.JSONSchema.BaseSchema;

interface Section {
  path: string;
  text: string;
  settings: [name: string, schema: JsonSchema][];
}

const SCHEMA_FILE = "../packages/schema/json-schema/pipeline-config.v1.json";
const INTRODUCTION = `# Configuration

<!-- generated from packages/schema/src/config by \`npm run generate\` -->

Every setting of [\`pipeline.config.ts\`](../pipeline.config.ts). A setting with a default can be left out. \`npx pipeline synth\` reports
all errors of the file at once. \`environments\` can override every setting except \`architecture\`.
`;

/** The unit of a number, by the end of its setting's name. */
const UNITS: Record<string, string> = {
  Bytes: "bytes",
  Megabytes: "MB",
  Pixels: "pixels",
  Seconds: "seconds",
  SecondsPerImage: "seconds",
  Minutes: "minutes",
  Hours: "hours",
  Days: "days",
  Percent: "%",
  minConfidence: "%",
  width: "pixels",
  height: "pixels",
};
const UNITS_BY_LENGTH = Object.keys(UNITS).sort((a, b) => b.length - a.length);
/** Longer values are in the JSON Schema only. */
const LONGEST_VALUE = 100;

/** Returns `docs/configuration.md`: a table for each group of settings, from the published JSON Schema. */
export function toConfigurationPage(): string {
  const config: JsonSchema = JSON.parse(toJsonSchemas().get("pipeline-config.v1.json") ?? "{}");
  const outputs = toOutputSchemas().flatMap((schema) => {
    const format = schema.properties?.format;
    const name = typeof format === "object" ? String(format.const) : "";
    return sectionsOf({ ...schema, description: `Options of a ${name} file.` }, `formats: ${name}`);
  });
  return [INTRODUCTION, ...[...sectionsOf(config, ""), ...outputs].map(toMarkdown)].join("\n");
}

/** Returns the object's own section, then those of the objects in it, in the order of the schema. */
function sectionsOf(schema: JsonSchema, path: string): Section[] {
  const settings = Object.entries(schema.properties ?? {}).flatMap<[string, JsonSchema]>(([name, setting]) =>
    typeof setting === "object" ? [[name, setting]] : [],
  );
  const own: Section[] = settings.length > 0 ? [{ path, text: schema.description ?? "", settings }] : [];
  const inner = settings.flatMap(([name, setting]) => {
    const at = path === "" ? name : `${path}.${name}`;
    const { additionalProperties: values, items } = setting;
    if (setting.properties) return sectionsOf(setting, at);
    if (typeof values === "object")
      return sectionsOf({ ...values, description: setting.description ?? "" }, `${at}.<name>`);
    if (isSchema(items)) return sectionsOf({ ...items, description: setting.description ?? "" }, `${at}[]`);
    return [];
  });
  return [...own, ...inner];
}

function isSchema(items: JsonSchema["items"]): items is JsonSchema {
  return typeof items === "object" && !Array.isArray(items);
}

function toMarkdown({ path, text, settings }: Section): string {
  const rows = settings.map(([name, schema]) => {
    const cells = [`\`${name}\``, schema.description ?? "", toType(schema, name), toDefault(schema)];
    return `| ${[...cells, toExample(schema)].map(escapeCell).join(" | ")} |`;
  });
  const heading = path === "" ? "" : `## \`${path}\`\n\n${text ? `${text}\n\n` : ""}`;
  return `${heading}| Setting | Meaning | Type, bounds | Default | Example |\n| --- | --- | --- | --- | --- |\n${rows.join("\n")}\n`;
}

/** Returns a type in words with its bounds and unit: "integer, 128 to 10,240 MB". */
function toType(schema: JsonSchema, name: string): string {
  const { type, enum: values, anyOf, properties, additionalProperties, items } = schema;
  if (schema.const !== undefined) return toCode(schema.const);
  if (values) return values.map(toCode).join(", ");
  if (anyOf) return anyOf.map((one) => toType(one, name)).join(", or ");
  if (properties) return "object, below";
  if (type === "object")
    return typeof additionalProperties === "object" && additionalProperties.properties
      ? "objects by name, below"
      : "text by name";
  if (type === "array")
    return isSchema(items) && items.properties ? "list of objects, below" : "list of texts";
  if (type === "null" || type === "boolean") return type === "null" ? "`null`" : "`true` or `false`";
  return type === "string" ? toTextType(schema) : toNumberType(schema, name);
}

function toTextType({ pattern, minLength, maxLength }: JsonSchema): string {
  if (maxLength !== undefined) return `text, ${minLength ?? 0} to ${maxLength} characters`;
  return pattern === undefined || pattern.length > LONGEST_VALUE ? "text" : `text like ${toCode(pattern)}`;
}

function toNumberType({ type, minimum, maximum, exclusiveMinimum }: JsonSchema, name: string): string {
  const end = UNITS_BY_LENGTH.find((end) => name.endsWith(end));
  const unit = end === undefined ? "" : ` ${UNITS[end]}`;
  const lowest = exclusiveMinimum === undefined ? minimum : undefined;
  const isBounded = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  const least = lowest === undefined ? `more than ${exclusiveMinimum ?? "any"}` : toCount(lowest);
  if (isBounded) return `${type}, ${least} to ${toCount(maximum)}${unit}`;
  return `${type}, ${lowest === undefined ? least : `${least} or more`}${unit}`;
}

function toDefault(schema: JsonSchema): string {
  if (schema.default === undefined) return schema.const === undefined ? "none" : "";
  if (schema.properties) return "";
  const text = toCode(schema.default);
  return text.length > LONGEST_VALUE ? `see the [JSON Schema](${SCHEMA_FILE})` : text;
}

/** Returns the setting's example, or its default as one. */
function toExample(schema: JsonSchema): string {
  const { examples } = schema;
  if (Array.isArray(examples)) return examples.map(toCode).join(", ");
  return schema.const === undefined ? toDefault(schema) : toCode(schema.const);
}

function toCode(value: unknown): string {
  return `\`${typeof value === "string" && value.startsWith("^") ? value : JSON.stringify(value)}\``;
}

function toCount(value: number): string {
  return value.toLocaleString("en");
}

function escapeCell(text: string): string {
  return text.replaceAll("|", "\\|");
}
