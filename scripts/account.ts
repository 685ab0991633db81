/**
 * Runs CDKTF over the stacks that an account has once for all environments: the bucket for Terraform's state, and the roles of
 * GitHub Actions. `npx pnpm@12 account deploy image-pipeline-state`
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const { status } = spawnSync(
  "cdktf",
  [...process.argv.slice(2), "--app", "node apps/infra/src/account-main.ts", "--output", "cdktf.out/account"],
  { cwd: join(import.meta.dirname, ".."), stdio: "inherit" },
);
process.exitCode = status ?? 1;
