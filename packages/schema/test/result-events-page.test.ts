import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ResultEvent } from "../src/events.ts";

const PAGE = readFileSync(join(import.meta.dirname, "../../../docs/result-events.md"), "utf8");
const TYPES = ResultEvent.options.map(({ shape }) => shape.type.value);

/** The example in the section of an event type. */
function exampleOf(type: string): unknown {
  const [, section = ""] = PAGE.split(`\n## \`${type}\`\n`);
  const [, json] = /```json\n([^`]+)```/.exec(section.split("\n## ")[0] ?? "") ?? [];
  return JSON.parse(json ?? "null");
}

function golden(type: string): unknown {
  const name = `${type.replace(".", "-")}.v1.json`;
  return JSON.parse(readFileSync(join(import.meta.dirname, "golden", name), "utf8"));
}

describe("docs/result-events.md", () => {
  it.each(TYPES)("shows %s as it was published", (type) => {
    expect(ResultEvent.parse(exampleOf(type))).toEqual(golden(type));
  });

  it("names every type in its table, and shows no other", () => {
    const named = (pattern: RegExp) => [...PAGE.matchAll(pattern)].map(([, type]) => type).toSorted();
    expect(named(/^\| `(image\.\w+)`/gm)).toEqual(TYPES.toSorted());
    expect(named(/^## `(image\.\w+)`$/gm)).toEqual(TYPES.toSorted());
  });
});
