/** A field of a JSON Schema, with its place. */
export interface SchemaField {
  /** `data.renditions[].key` */
  path: string;
  /** `string`, `"image.processed"`, `integer or null` */
  type: string;
  isRequired: boolean;
}

type Schema = Readonly<Record<string, unknown>>;

/** Lists the fields of a schema in its order, each object before its own fields. */
export function toFields(schema: unknown, before = ""): SchemaField[] {
  if (!isSchema(schema)) return [];
  const properties = isSchema(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(properties).flatMap(([name, property]) => {
    const path = `${before}${name}`;
    const field = { path, type: toType(property), isRequired: required.includes(name) };
    const inner = isSchema(property) && property.type === "array" ? property.items : property;
    const isList = inner !== property;
    return [field, ...toFields(inner, `${path}${isList ? "[]" : ""}.`)];
  });
}

/** Returns the type in words. */
function toType(schema: unknown): string {
  if (!isSchema(schema)) return "anything";
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join(" or ");
  const choices = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(choices)) return [...new Set(choices.map(toType))].join(" or ");
  if (schema.type === "array") return `list of ${toType(schema.items)}`;
  return typeof schema.type === "string" ? schema.type : "anything";
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
