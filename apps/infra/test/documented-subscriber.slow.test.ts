import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { documentedSubscriber } from "./documented-subscriber.ts";

it("compiles the subscriber and the handler of docs/subscribers.md", async () => {
  const { path } = await documentedSubscriber();
  const project = join(dirname(path), "tsconfig.json");
  const base = join(import.meta.dirname, "../../../tsconfig.base.json");
  writeFileSync(project, JSON.stringify({ extends: base, include: ["*.ts", "../../../search/src/*.ts"] }));
  const { stdout } = spawnSync("tsc", ["-p", project], { encoding: "utf8" });
  expect(stdout).toBe("");
}, 1_800_000);
