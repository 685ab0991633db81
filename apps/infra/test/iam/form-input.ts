import type { Input } from "./operation.ts";

/** A list in a form: `Tags.member.1.Key`, `AlarmNames.member.1`, `Attributes.entry.1.key`. */
const ITEM = /^(\w+)\.(?:member|entry)\.(\d+)(?:\.(\w+))?$/;

/** Returns the input of the query protocol, with its lists as arrays of texts or of objects. */
export function toFormInput(form: URLSearchParams): Input {
  const input: Record<string, unknown> = {};
  const lists = new Map<string, Map<string, Record<string, string>>>();
  for (const [name, value] of form) {
    const [, list, index, property = ""] = ITEM.exec(name) ?? [];
    if (list === undefined || index === undefined) input[name] = value;
    else {
      const items = lists.get(list) ?? new Map<string, Record<string, string>>();
      items.set(index, { ...items.get(index), [property]: value });
      lists.set(list, items);
    }
  }
  for (const [list, items] of lists) input[list] = [...items.values()].map((item) => item[""] ?? item);
  return input;
}
