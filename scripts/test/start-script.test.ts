import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

const manifest: unknown = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8"));

test("npm start resolves files against the folder in which it was called", () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "a folder ")));
  const project = join(folder, "the project");
  mkdirSync(join(project, "scripts"), { recursive: true });
  mkdirSync(join(project, "node_modules/.bin"), { recursive: true });
  writeFileSync(join(project, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(project, "scripts/install.mjs"), "");
  const pipeline = join(project, "node_modules/.bin/pipeline");
  writeFileSync(pipeline, '#!/bin/sh\necho "$PWD: $*"\n');
  chmodSync(pipeline, 0o755);

  const args = ["--silent", "--prefix", project, "start", "--", "photo.jpg", "--exit"];
  const { stdout } = spawnSync("npm", args, { cwd: folder, encoding: "utf8" });

  expect(stdout.trim()).toBe(`${folder}: start photo.jpg --exit`);
});
