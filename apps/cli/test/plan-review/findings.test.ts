import { describe, expect, it } from "vitest";
import { failures } from "../../src/plan-review/fail-on.ts";
import type { Attributes } from "../../src/plan-review/plan.ts";
import { aChange, policy, reviewOf } from "./plans.ts";

describe("data is at risk", () => {
  it.each<[string, string, Attributes, Attributes | null]>([
    ["when a queue is destroyed", "aws_sqs_queue", { name: "q" }, null],
    ["when a key is destroyed", "aws_kms_key", { arn: "k" }, null],
    ["when a topic is destroyed", "aws_sns_topic", { name: "t" }, null],
    [
      "when a bucket may go with its objects",
      "aws_s3_bucket",
      { force_destroy: false },
      { force_destroy: true },
    ],
    ["when a key is disabled", "aws_kms_key", { is_enabled: true }, { is_enabled: false }],
    [
      "when versioning is suspended",
      "aws_s3_bucket_versioning",
      { versioning_configuration: [{ status: "Enabled" }] },
      { versioning_configuration: [{ status: "Suspended" }] },
    ],
    [
      "when a log is kept for less long",
      "aws_cloudwatch_log_group",
      { retention_in_days: 0 },
      { retention_in_days: 1 },
    ],
    [
      "when objects expire that did not",
      "aws_s3_bucket_lifecycle_configuration",
      { rule: [] },
      { rule: [{ id: "all", status: "Enabled", expiration: [{ days: 1 }] }] },
    ],
  ])("%s", (_name, type, before, after) => {
    expect(reviewOf(aChange(type, before, after)).dataAtRisk).toHaveLength(1);
  });

  it.each<[string, string, Attributes, Attributes | null]>([
    ["when an alarm is destroyed", "aws_cloudwatch_metric_alarm", { alarm_name: "a" }, null],
    [
      "when a queue keeps messages longer",
      "aws_sqs_queue",
      { message_retention_seconds: 1 },
      { message_retention_seconds: 2 },
    ],
    [
      "when a log is kept for ever",
      "aws_cloudwatch_log_group",
      { retention_in_days: 1 },
      { retention_in_days: 0 },
    ],
  ])("not %s", (_name, type, before, after) => {
    expect(reviewOf(aChange(type, before, after)).dataAtRisk).toEqual([]);
  });
});

describe("access by anyone is public exposure", () => {
  const bucketPolicy = (condition?: object) =>
    aChange("aws_s3_bucket_policy", null, {
      policy: policy({
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: "s3:GetObject",
        Resource: "r",
        ...(condition && { Condition: condition }),
      }),
    });

  it("by a policy for all principals, however it names them", () => {
    expect(reviewOf(bucketPolicy()).publicExposure).toHaveLength(1);
  });

  it("by one whose condition any stranger can meet", () => {
    expect(reviewOf(bucketPolicy({ Bool: { "aws:SecureTransport": "true" } })).publicExposure).toHaveLength(
      1,
    );
  });

  it("not by one that is for an organisation", () => {
    const condition = { StringEquals: { "aws:PrincipalOrgID": "o-1" } };
    expect(reviewOf(bucketPolicy(condition)).publicExposure).toEqual([]);
  });

  it.each<[string, string, Attributes | null, Attributes | null]>([
    ["by a function's URL", "aws_lambda_function_url", null, { authorization_type: "NONE" }],
    ["by an ACL", "aws_s3_bucket_acl", null, { acl: "public-read" }],
    ["by the end of the block on it", "aws_s3_bucket_public_access_block", { block_public_acls: true }, null],
  ])("%s", (_name, type, before, after) => {
    expect(reviewOf(aChange(type, before, after)).publicExposure).toHaveLength(1);
  });
});

describe("a permission", () => {
  const rolePolicy = (...statements: object[]) => ({ role: "worker", policy: policy(...statements) });
  const read = { Effect: "Allow", Action: "s3:Get*", Resource: "arn:aws:s3:::b/*" };
  const gained = (before: object[], after: object[]) =>
    reviewOf(
      aChange("aws_iam_role_policy", rolePolicy(...before), rolePolicy(...after)),
    ).permissions.gained.map(({ grant }) => `${grant.effect} ${grant.action} ${grant.resource}`);

  it("is not gained if an older one, by wildcards, covered it", () => {
    expect(
      gained([read], [read, { ...read, Action: "s3:GetObject", Resource: "arn:aws:s3:::b/photos/*" }]),
    ).toEqual([]);
  });

  it("is gained if its condition is removed", () => {
    const when = { ...read, Condition: { StringEquals: { "aws:SourceAccount": "1" } } };
    expect(gained([when], [read])).toEqual(["Allow s3:Get* arn:aws:s3:::b/*"]);
  });

  it("is not gained if a condition is added", () => {
    const when = { ...read, Condition: { StringEquals: { "aws:SourceAccount": "1" } } };
    expect(gained([read], [when])).toEqual([]);
  });

  it("is read from everything but what NotAction names", () => {
    expect(gained([], [{ Effect: "Allow", NotAction: "iam:*", Resource: "*" }])).toEqual([
      "Allow everything but iam:* *",
    ]);
  });

  it.each([
    ["that leaves only some actions out", { Effect: "Allow", NotAction: "iam:*", Resource: "*" }],
    ["of a whole service", { Effect: "Allow", Action: "sqs:*", Resource: "arn:aws:sqs:::q" }],
  ])("%s counts as a wildcard", (_name, statement) => {
    const review = reviewOf(aChange("aws_iam_role_policy", null, rolePolicy(statement)));
    expect(failures(review, ["iam-wildcard"])).toEqual(["iam-wildcard"]);
  });

  it("by an administrator's policy counts as a wildcard", () => {
    const attached = { role: "worker", policy_arn: "arn:aws:iam::aws:policy/AdministratorAccess" };
    const review = reviewOf(aChange("aws_iam_role_policy_attachment", null, attached));
    expect(failures(review, ["iam-wildcard"])).toEqual(["iam-wildcard"]);
  });

  it("to invoke is reported with its source", () => {
    const permission = {
      principal: "s3.amazonaws.com",
      action: "lambda:InvokeFunction",
      function_name: "ingest",
    };
    const { permissions } = reviewOf(
      aChange("aws_lambda_permission", null, { ...permission, source_account: "123456789012" }),
    );
    expect(permissions.gained.map(({ grant }) => grant.condition)).toEqual([
      '{"StringEquals":{"aws:SourceAccount":"123456789012"}}',
    ]);
  });
});
