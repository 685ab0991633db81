import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

interface Import {
  from: string;
  to: string;
}

/** Every relative import of every source file, of types too, as paths from the root. */
const IMPORTS: readonly Import[] = globSync("{apps,packages}/*/src/**/*.{ts,tsx}", { cwd: ROOT }).flatMap(
  (from) =>
    [...readFileSync(join(ROOT, from), "utf8").matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)].map(
      ([, target = ""]) => ({ from, to: relative(ROOT, resolve(ROOT, dirname(from), target)) }),
    ),
);

/** The folder below a package's `src` that a file is in, or the file itself if it is directly in `src`. */
function partOf(path: string): string {
  return path.split(sep).slice(0, 4).join("/");
}

/** Removes the imports of files that import nothing, again and again: those that remain form circles. */
function circlesIn(imports: readonly Import[]): readonly Import[] {
  const importing = new Set(imports.map(({ from }) => from));
  const rest = imports.filter(({ to }) => importing.has(to));
  return rest.length === imports.length ? rest : circlesIn(rest);
}

it("finds the imports", () => {
  expect(IMPORTS.length).toBeGreaterThan(1000);
});

it("has no circle of files that import each other", () => {
  expect(circlesIn(IMPORTS)).toEqual([]);
});

it("has no two folders of a package that import each other", () => {
  const parts = IMPORTS.map(({ from, to }) => ({ from: partOf(from), to: partOf(to) }));
  const pairs = new Set(parts.map(({ from, to }) => `${from} ${to}`));
  const twoWay = parts.filter(({ from, to }) => from !== to && pairs.has(`${to} ${from}`));
  expect(new Set(twoWay.map(({ from, to }) => [from, to].toSorted().join(" and ")))).toEqual(new Set());
});
