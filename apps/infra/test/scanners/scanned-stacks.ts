import { join } from "node:path";
import { synthesiseAccount } from "../../src/synthesise.ts";
import type { Stacks } from "../controls/control.ts";
import {
  aDeployment,
  SynthesisedStack,
  synthesised,
  synthesisedDelivery,
  synthesisedWorkflow,
  temporaryFolder,
} from "../deployments.ts";
import { EIGHT_ENVIRONMENTS } from "../reference/eight-environments.ts";

const DEPLOYMENT = aDeployment({
  environment: "prod",
  analysis: { enabled: true },
  workflow: { enabled: true },
  delivery: {
    enabled: true,
    domain: "images.example.com",
    certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555",
    zoneId: "Z0123456789ABCDEFGHIJ",
    access: "signed",
    publicKeys: { a: "-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----" },
  },
  alarms: {
    email: "team@example.com",
    slack: { workspaceId: "T012ABC", channelId: "C012ABC" },
    teams: {
      tenantId: "11111111-2222-4333-8444-555555555555",
      teamId: "66666666-7777-4888-9999-000000000000",
      channelId: "19%3Aabcdef%40thread.tacv2",
    },
  },
});

/** Every stack with all of its parts: those of `prod`, and those that an account with eight environments has once. */
export const SCANNED_STACKS: Stacks = [...environmentStacks(), ...accountStacks()];

function environmentStacks(): SynthesisedStack[] {
  const { core, notifications } = synthesised(DEPLOYMENT);
  return [core, synthesisedWorkflow(DEPLOYMENT), synthesisedDelivery(DEPLOYMENT), notifications];
}

function accountStacks(): SynthesisedStack[] {
  const outdir = temporaryFolder();
  return synthesiseAccount(EIGHT_ENVIRONMENTS, outdir).map(
    (id) => new SynthesisedStack(join(outdir, "stacks", id, "cdk.tf.json")),
  );
}

/** The types of all their resources. */
export const SCANNED_TYPES = new Set(SCANNED_STACKS.flatMap(({ file }) => Object.keys(file.resource)));
