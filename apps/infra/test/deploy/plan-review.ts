import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../deployments.ts";

const PIPELINE = join(import.meta.dirname, "../../../cli/bin/pipeline.mjs");

/** Runs `npx pipeline plan-review` over one stack's plan, as `terraform show -json` prints it. */
export function planReview(stack: string, plan: unknown, ...args: string[]) {
  const file = join(temporaryFolder(), `${stack}.json`);
  writeFileSync(file, JSON.stringify(plan));
  const command = [PIPELINE, "plan-review", file, "--environment", "dev", ...args];
  const { status, stdout } = spawnSync(process.execPath, command, { encoding: "utf8" });
  return { code: status, markdown: stdout };
}
