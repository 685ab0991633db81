import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import { type Deployment, ROOT_FOLDER } from "./deployment.ts";
import { type Subscribers, subscribers } from "./parts/subscribers.ts";
import { checkInvariants } from "./rules/invariants.ts";
import { CoreStack } from "./stacks/core-stack.ts";
import { NotificationsStack } from "./stacks/notifications-stack.ts";
import { WorkflowStack } from "./stacks/workflow-stack.ts";
import { refuseUnmovedState, TERRAFORM_FOLDER } from "./unmoved-state.ts";

/**
 * Writes `stacks/<stack>/cdk.tf.json`, the zips beside it and `manifest.json`; stacks of another environment go.
 *
 * @param outdir an absolute path; made when missing
 * @param listed who hears of images
 * @throws {SynthFault} when the stacks break a rule, or would leave their state behind, before any of them is written
 */
export function synthesise(deployment: Deployment, outdir: string, listed: Subscribers = subscribers): void {
  mkdirSync(outdir, { recursive: true });
  const app = new App({ outdir, stackTraces: false });
  const core = new CoreStack(app, deployment, listed);
  const workflow = deployment.pipeline.workflow.enabled ? [new WorkflowStack(app, deployment)] : [];
  const notifications = new NotificationsStack(app, deployment);
  // Uploads come last: what they go through stands by then.
  for (const stack of workflow) {
    stack.addDependency(core);
    notifications.addDependency(stack);
  }
  notifications.addDependency(core);
  const stacks = [core, ...workflow, notifications];
  checkInvariants(deployment, stacks);
  refuseUnmovedState(stacks, { outdir, stateBucket: deployment.stateBucket, rootFolder: ROOT_FOLDER });
  app.synth();
  removeOtherStacks(join(outdir, "stacks"), new Set(stacks.map(({ node }) => node.id)));
}

/**
 * Whoever reads `stacks/*` sees one environment, never two at once. What Terraform keeps of another one stays: the
 * provider, and where the state lies, without which it could not be moved any more.
 */
function removeOtherStacks(folder: string, current: ReadonlySet<string>): void {
  for (const name of readdirSync(folder)) {
    if (current.has(name)) continue;
    const keeps = existsSync(join(folder, name, TERRAFORM_FOLDER));
    const gone = keeps ? readdirSync(join(folder, name)).filter((entry) => entry !== TERRAFORM_FOLDER) : [""];
    for (const entry of gone) rmSync(join(folder, name, entry), { recursive: true });
  }
}
