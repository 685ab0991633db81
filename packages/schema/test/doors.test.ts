import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";

const FOLDER = join(import.meta.dirname, "..");
const Package = z.object({ exports: z.record(z.string(), z.string()) });
const { exports: doors } = Package.parse(JSON.parse(readFileSync(join(FOLDER, "package.json"), "utf8")));
const sources = Object.entries(doors).filter(([, file]) => file.endsWith(".ts"));

/** The names that a module exports: those of its lists, and of its declarations. */
function namesOf(source: string): string[] {
  const lists = [...source.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, list = ""]) =>
    list.split(","),
  );
  const declared = [...source.matchAll(/^export (?:async )?(?:const|function|class|interface|type) (\w+)/gm)];
  return [...lists, ...declared.map(([, name = ""]) => name)].map((name) => name.trim()).filter(Boolean);
}

test.each(sources)("%s has fewer than 25 names", (_door, file) => {
  const names = namesOf(readFileSync(join(FOLDER, file), "utf8"));
  expect(names.length).toBeGreaterThan(0);
  expect(names.length).toBeLessThan(25);
});

test("no name is behind two doors", () => {
  const names = sources.flatMap(([, file]) => namesOf(readFileSync(join(FOLDER, file), "utf8")));
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});
