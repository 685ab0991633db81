import { mkdirSync } from "node:fs";
import { App, type TerraformStack } from "cdktf";
import { type Account, toBasis } from "./stacks/account-basis.ts";
import { CiStack } from "./stacks/ci-stack.ts";
import { StateStack } from "./stacks/state-stack.ts";
import { refuseUnmovedState } from "./unmoved-state.ts";

/**
 * Writes the stacks an account has once: the state's, and GitHub Actions' where the config names a repository.
 *
 * @param outdir an absolute path; made when missing
 * @throws {SynthFault} when a stack would leave its state behind, before any is written
 */
export function synthesiseAccount(account: Account, outdir: string): void {
  mkdirSync(outdir, { recursive: true });
  const app = new App({ outdir, stackTraces: false });
  const stacks: TerraformStack[] = [new StateStack(app, account)];
  const { repository } = account.pipeline.ci;
  if (repository !== null) stacks.push(new CiStack(app, account, repository));
  const { stateBucket, rootFolder } = toBasis(account);
  refuseUnmovedState(stacks, { outdir, stateBucket, rootFolder });
  app.synth();
}
