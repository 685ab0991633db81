/**
 * CDKTF over the stacks that an account has once, whatever the environments: where Terraform keeps its state, and what
 * GitHub Actions deploys with. `npx pnpm@12 account deploy image-pipeline-state`
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const { status } = spawnSync(
  "cdktf",
  [...process.argv.slice(2), "--app", "node apps/infra/src/account-main.ts", "--output", "cdktf.out/account"],
  { cwd: join(import.meta.dirname, ".."), stdio: "inherit" },
);
process.exitCode = status ?? 1;
