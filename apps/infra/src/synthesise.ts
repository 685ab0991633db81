import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { App, type TerraformStack } from "cdktf";
import type { AccountDeployment } from "./account-deployment.ts";
import { checkStateMigration, TERRAFORM_FOLDER } from "./check-state-migration.ts";
import type { Deployment } from "./deployment.ts";
import { idleCost } from "./idle-cost.ts";
import { checkAccountInvariants, checkInvariants } from "./rules/invariants.ts";
import { ACCOUNT_ROOT_FOLDER, ROOT_FOLDER } from "./stacks/bind-to-account.ts";
import { CiStack } from "./stacks/ci-stack.ts";
import { CoreStack } from "./stacks/core-stack.ts";
import { DeliveryStack } from "./stacks/delivery-stack.ts";
import { NotificationsStack } from "./stacks/notifications-stack.ts";
import { StateStack } from "./stacks/state-stack.ts";
import { WorkflowStack } from "./stacks/workflow-stack.ts";
import { type Subscribers, subscribers } from "./subscribers/subscribers.ts";
import { toNotes } from "./synth-notes.ts";

/** The ids of the stacks that were written, and lines about them for the person who deploys them. */
export interface Synthesis {
  stacks: string[];
  notes: string[];
  /** US dollars a month without any upload, by part. */
  idle: Record<string, number>;
}

/**
 * Writes `stacks/<stack>/cdk.tf.json`, the zips beside it and `manifest.json`; removes stacks of another environment.
 *
 * @param outdir an absolute path; created if missing
 * @throws {SynthFault} if the stacks break a rule or would lose their state, before any of them is written
 */
export function synthesise(
  deployment: Deployment,
  outdir: string,
  listed: Subscribers = subscribers,
): Synthesis {
  const app = createApp(outdir);
  const core = new CoreStack(app, deployment, listed);
  const workflow = deployment.pipeline.workflow.enabled ? [new WorkflowStack(app, deployment)] : [];
  const delivery = deployment.pipeline.delivery.enabled ? [new DeliveryStack(app, deployment)] : [];
  const notifications = new NotificationsStack(app, deployment);
  // The notifications are deployed last, when everything that an upload needs is there.
  for (const stack of workflow) {
    stack.addDependency(core);
    notifications.addDependency(stack);
  }
  for (const stack of delivery) stack.addDependency(core);
  notifications.addDependency(core);
  const stacks = [core, ...workflow, ...delivery, notifications];
  checkInvariants(deployment, stacks);
  checkStateMigration(stacks, { outdir, stateBucket: deployment.stateBucket, rootFolder: ROOT_FOLDER });
  const idle = idleCost(stacks, deployment.pipeline);
  return { stacks: write(app, stacks, outdir), notes: toNotes(stacks, deployment), idle };
}

/**
 * Writes the stacks that an account has once: the state bucket, and GitHub's roles if the config names a repository.
 *
 * @param outdir as for `synthesise`
 * @returns the ids of the stacks
 * @throws {SynthFault} if a role's policies are too large or a stack would lose its state, before any of them is written
 */
export function synthesiseAccount(account: AccountDeployment, outdir: string): string[] {
  const app = createApp(outdir);
  const stacks: TerraformStack[] = [new StateStack(app, account)];
  const { repository } = account.pipeline.ci;
  if (repository !== null) stacks.push(new CiStack(app, account, repository));
  checkAccountInvariants(stacks);
  checkStateMigration(stacks, { outdir, stateBucket: account.stateBucket, rootFolder: ACCOUNT_ROOT_FOLDER });
  return write(app, stacks, outdir);
}

/** Returns the lines that a command prints after synthesis: the place and the id of each stack. */
export function toSummary(what: string, outdir: string, stacks: readonly string[]): string[] {
  const path = relative(process.cwd(), outdir);
  const place = path === "" || path.startsWith("..") ? outdir : path;
  return [`Synthesised the stacks of ${what} into ${place}:`, ...stacks.map((stack) => `  ${stack}`)];
}

function createApp(outdir: string): App {
  mkdirSync(outdir, { recursive: true });
  return new App({ outdir, stackTraces: false });
}

function write(app: App, stacks: readonly TerraformStack[], outdir: string): string[] {
  app.synth();
  const ids = stacks.map(({ node }) => node.id);
  removeOtherStacks(join(outdir, "stacks"), new Set(ids));
  return ids;
}

/**
 * Removes stacks of another environment, so that a reader of `stacks/*` never finds two. Terraform's own folder stays: it
 * holds the provider, and the record of the backend, without which the state could not be migrated.
 */
function removeOtherStacks(folder: string, current: ReadonlySet<string>): void {
  for (const name of readdirSync(folder)) {
    if (current.has(name)) continue;
    const keeps = existsSync(join(folder, name, TERRAFORM_FOLDER));
    const gone = keeps ? readdirSync(join(folder, name)).filter((entry) => entry !== TERRAFORM_FOLDER) : [""];
    for (const entry of gone) rmSync(join(folder, name, entry), { recursive: true });
  }
}
