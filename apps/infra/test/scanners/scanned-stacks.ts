import { join } from "node:path";
import { synthesiseAccount } from "../../src/synthesise.ts";
import type { Stacks } from "../controls/control.ts";
import {
  SynthesisedStack,
  synthesised,
  synthesisedDelivery,
  synthesisedWorkflow,
  temporaryFolder,
} from "../deployments.ts";
import { FULL_DEPLOYMENT } from "../full-deployment.ts";
import { EIGHT_ENVIRONMENTS } from "../reference/eight-environments.ts";

/** Every stack with all of its parts: those of `prod`, and those that an account with eight environments has once. */
export const SCANNED_STACKS: Stacks = [...environmentStacks(), ...accountStacks()];

function environmentStacks(): SynthesisedStack[] {
  const { core, notifications } = synthesised(FULL_DEPLOYMENT);
  return [core, synthesisedWorkflow(FULL_DEPLOYMENT), synthesisedDelivery(FULL_DEPLOYMENT), notifications];
}

function accountStacks(): SynthesisedStack[] {
  const outdir = temporaryFolder();
  return synthesiseAccount(EIGHT_ENVIRONMENTS, outdir).map(
    (id) => new SynthesisedStack(join(outdir, "stacks", id, "cdk.tf.json")),
  );
}

/** The types of all their resources. */
export const SCANNED_TYPES = new Set(SCANNED_STACKS.flatMap(({ file }) => Object.keys(file.resource)));
