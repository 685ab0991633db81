import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { planReview } from "./deploy/plan-review.ts";
import { aDeployment, synthesised, synthesisedWorkflow, temporaryFolder } from "./deployments.ts";

const deployment = aDeployment({ analysis: { enabled: true }, workflow: { enabled: true } });
const POLICIES = [
  "aws_iam_role_policy",
  "aws_iam_role",
  "aws_s3_bucket_policy",
  "aws_sqs_queue_policy",
  "aws_sns_topic_policy",
  "aws_kms_key",
];

it.each([
  ["core", synthesised(deployment).core],
  ["workflow", synthesisedWorkflow(deployment)],
])("every policy of a new %s is read from the synthesised stack, and none is refused", (stack, { file }) => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, stack));
  writeFileSync(join(folder, stack, "cdk.tf.json"), JSON.stringify(file));
  const resource_changes = POLICIES.flatMap((type) =>
    Object.keys(file.resource[type] ?? {}).map((id) => ({
      address: `${type}.${id}`,
      type,
      change: {
        actions: ["create"],
        before: null,
        after: {},
        after_unknown: { policy: true, assume_role_policy: true },
      },
    })),
  );
  expect(resource_changes.length).toBeGreaterThan(10);
  const plan = { format_version: "1.2", resource_changes };
  const reasons = "destroy-data,public,iam-wildcard,unknown-policy";
  const { code, markdown } = planReview(stack, plan, "--stacks", folder, "--fail-on", reasons);
  expect(markdown).not.toContain("known only once");
  expect(code).toBe(0);
});
