import { expect, it } from "vitest";
import { failures } from "../../src/plan-review/fail-on.ts";
import type { Change } from "../../src/plan-review/plan.ts";
import { parsePlan } from "../../src/plan-review/plan.ts";
import { reviewPlans } from "../../src/plan-review/review.ts";
import { withSynthesisedPolicies } from "../../src/plan-review/synthesised.ts";
import { LOAD, policy } from "./plans.ts";

const QUEUE = `\${aws_sqs_queue.It.arn}`;
const created: Change = {
  address: "aws_iam_role_policy.It",
  type: "aws_iam_role_policy",
  action: "create",
  before: null,
  after: { role: "worker" },
  unknown: new Set(["policy", "id"]),
  replacedFor: [],
};

function reviewWith(text: string) {
  const plan = { stack: "image-pipeline-core", changes: [created], unchanged: [] };
  const stack = { resource: { aws_iam_role_policy: { It: { role: "worker", policy: text } } } };
  return reviewPlans([withSynthesisedPolicies(plan, JSON.stringify(stack))], LOAD);
}
const allow = (...actions: string[]) =>
  policy(
    { Effect: "Allow", Action: actions, Resource: QUEUE },
    { Effect: "Allow", Action: actions, Resource: "*" },
  );

it("refuses a wildcard in a policy that the plan knows only after apply", () => {
  expect(failures(reviewWith(allow("*")), ["iam-wildcard"])).toEqual(["iam-wildcard"]);
});

it("counts no policy as unknown whose synthesised text it has read", () => {
  const harmless = policy({ Effect: "Allow", Action: "sqs:SendMessage", Resource: QUEUE });
  expect(failures(reviewWith(harmless), ["iam-wildcard", "unknown-policy", "public"])).toEqual([]);
  expect(reviewWith(harmless).permissions.gained.map(({ grant }) => grant.resource)).toEqual([QUEUE]);
});

it("still counts a policy as unknown that is one expression", () => {
  expect(failures(reviewWith(`\${local.policy}`), ["unknown-policy"])).toEqual(["unknown-policy"]);
});

it("accepts the account as the administrator of a key before its id is known", () => {
  const change = { ...created, address: "aws_kms_key.It", type: "aws_kms_key" };
  const root = `arn:aws:iam::\${data.aws_caller_identity.Account.account_id}:root`;
  const text = policy({ Effect: "Allow", Principal: { AWS: root }, Action: "kms:*", Resource: "*" });
  const plan = { stack: "core", changes: [change], unchanged: [] };
  const stack = JSON.stringify({ resource: { aws_kms_key: { It: { policy: text } } } });
  expect(failures(reviewPlans([withSynthesisedPolicies(plan, stack)], LOAD), ["iam-wildcard"])).toEqual([]);
});

it("reports data at risk if Terraform forgets a key", () => {
  const change = { actions: ["forget"], before: { arn: "arn:key" }, after: null, after_unknown: {} };
  const resource_changes = [{ address: "aws_kms_key.It", type: "aws_kms_key", change }];
  const plan = parsePlan("core", JSON.stringify({ format_version: "1.2", resource_changes }));
  expect(failures(reviewPlans([plan], LOAD), ["destroy-data"])).toEqual(["destroy-data"]);
});
