import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const FOLDER = join(import.meta.dirname, "..");
const ROOT = join(FOLDER, "../..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const server = read("examples/gallery/server.js");
const lines = server.trimEnd().split("\n").length;

it("has a server of fewer than 60 lines, as many as the documents say", () => {
  expect(lines).toBeLessThan(60);
  for (const page of ["README.md", "docs/using-it.md"])
    expect(read(page)).toContain(`server of ${lines} lines`);
});

it("reads the variables that docs/using-it.md explains and --example sets, and no others", () => {
  const [, table = ""] = /^\| Variable .*\n.*\n((?:\|.*\n)+)/m.exec(read("docs/using-it.md")) ?? [];
  const cells = table.split("\n").map((row) => row.split("|")[1] ?? "");
  const explained = cells.flatMap((cell) => [...cell.matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name));
  const destructured = [...server.matchAll(/^const \{ (.*) \} = process\.env;$/gm)].map(
    ([, names = ""]) => names,
  );
  const used = destructured.flatMap((names) => names.match(/\b[A-Z]+(_[A-Z]+)*\b(?=[:, ]|$)/g) ?? []);
  expect(used.toSorted()).toEqual(explained.toSorted());
  const setting = read("apps/local/src/cli/example.ts");
  const set = [...setting.matchAll(/^ {4}([A-Z_]+): /gm)].map(([, name = ""]) => name);
  expect(set.filter((name) => !/^(AWS|NODE)_/.test(name)).toSorted()).toEqual(explained.toSorted());
});

it("is the one example that start knows, with the port that the documents name", () => {
  const command = read("apps/cli/src/commands/start.ts");
  const [, known = ""] = /"--example <name>".*?choices\(\[(.*?)\]/s.exec(command) ?? [];
  const folders = globSync("examples/*/server.js", { cwd: ROOT }).map((path) => path.split("/")[1]);
  expect(known.match(/\w+/g)).toEqual(folders);
});

it("never takes text as markup in its page", () => {
  const page = readFileSync(join(FOLDER, "public/gallery.js"), "utf8");
  expect(page).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(/);
});
