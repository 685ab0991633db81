import { mkdirSync } from "node:fs";
import { App } from "cdktf";
import type { Account } from "./stacks/account-basis.ts";
import { CiStack } from "./stacks/ci-stack.ts";
import { StateStack } from "./stacks/state-stack.ts";

/**
 * Writes the stacks an account has once: the state's, and GitHub Actions' where the config names a repository.
 *
 * @param outdir an absolute path; made when missing
 */
export function synthesiseAccount(account: Account, outdir: string): void {
  mkdirSync(outdir, { recursive: true });
  const app = new App({ outdir, stackTraces: false });
  new StateStack(app, account);
  const { repository } = account.pipeline.ci;
  if (repository !== null) new CiStack(app, account, repository);
  app.synth();
}
