import { describe, expect, it } from "vitest";
import type { Stacks } from "./controls/control.ts";
import { generatedPart } from "./controls/generated-part.ts";
import { CONTROLS, securityTables } from "./controls/security-table.ts";
import { aDeployment, synthesised, synthesisedDelivery, synthesisedWorkflow } from "./deployments.ts";

const deployment = aDeployment({
  environment: "prod",
  analysis: { enabled: true },
  workflow: { enabled: true },
  delivery: {
    enabled: true,
    domain: "images.example.com",
    certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555",
  },
});
const { core, notifications } = synthesised(deployment);
const stacks: Stacks = [
  core,
  synthesisedWorkflow(deployment),
  synthesisedDelivery(deployment),
  notifications,
];

describe("the stacks meet the control", () => {
  it.each(CONTROLS.map((control) => [`${control.ids.join(", ")}: ${control.what}`, control] as const))(
    "%s",
    (_name, control) => {
      expect(control.faults(stacks)).toEqual([]);
    },
  );
});

/** The same resources without any settings, and without the resources that only configure another. */
const KEPT =
  /^aws_(cloudfront_distribution|lambda_function_url|cloudwatch_metric_alarm|s3_bucket|sqs_queue|sns_topic|lambda_function|lambda_permission|kms_key|iam_role|sns_topic_subscription|sfn_state_machine)$/;
const bare: Stacks = stacks.map((stack) => {
  const kept = Object.entries(stack.file.resource).filter(([type]) => KEPT.test(type));
  const resource = Object.fromEntries(
    kept.map(([type, blocks]) => [
      type,
      Object.fromEntries(Object.keys(blocks).map((id) => [id, emptied(type)])),
    ]),
  );
  return Object.assign(Object.create(stack), { file: { ...stack.file, resource } });
});

function emptied(type: string): Record<string, unknown> {
  if (type === "aws_sns_topic_subscription") return { protocol: "sqs" };
  if (type === "aws_sfn_state_machine") return { definition: "{}" };
  return type === "aws_sqs_queue" ? { redrive_policy: "{}" } : {};
}

/** Controls that forbid resources hold for empty settings. */
const PROHIBITIONS = /^(no |queue policies|roles use|there are no)/;

describe("a control fails for resources without settings:", () => {
  it.each(
    CONTROLS.filter(({ what }) => !PROHIBITIONS.test(what)).map(
      (control) => [control.what, control] as const,
    ),
  )("%s", (_name, control) => {
    expect(control.faults(bare)).not.toEqual([]);
  });
});

it("lists the tested controls in docs/security.md (to update: npm run generate)", () => {
  expect(generatedPart("security.md")).toBe(securityTables());
});

describe("with encryption by AWS's own keys", () => {
  const plain = synthesised(aDeployment({ encryption: "sse-s3", retiredKey: false })).core;

  it("creates no customer key, and still encrypts every bucket and queue", () => {
    expect(plain.all("aws_kms_key").size).toBe(0);
    expect(JSON.stringify(plain.file)).not.toContain("kms_master_key_id");
    expect(JSON.stringify(plain.file)).not.toContain("kms:");
    for (const { rule } of plain.all("aws_s3_bucket_server_side_encryption_configuration").values())
      expect(rule).toEqual([{ apply_server_side_encryption_by_default: { sse_algorithm: "AES256" } }]);
    for (const queue of plain.all("aws_sqs_queue").values()) expect(queue.sqs_managed_sse_enabled).toBe(true);
  });
});
