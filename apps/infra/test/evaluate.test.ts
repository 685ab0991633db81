import { describe, expect, it } from "vitest";
import { aDeployment, synthesised } from "./deployments.ts";
import { type AccessRequest, evaluate } from "./iam/evaluate.ts";
import { unusedActions } from "./iam/permission-use.ts";
import { type Statement, statementsOf } from "./policies.ts";

const allow = (change: Partial<Statement>): Statement => ({
  Sid: "Allow",
  Effect: "Allow",
  Action: ["s3:GetObject"],
  Resource: ["arn:aws:s3:::b/photos/*"],
  ...change,
});
const read: AccessRequest = { action: "s3:GetObject", resource: "arn:aws:s3:::b/photos/a.jpg" };

describe("the evaluator", () => {
  it.each<[string, Statement[], AccessRequest, boolean]>([
    ["allows the action and resource of a statement", [allow({})], read, true],
    ["denies an action without a statement", [allow({})], { ...read, action: "s3:PutObject" }, false],
    ["denies another resource", [allow({})], { ...read, resource: "arn:aws:s3:::b/other" }, false],
    ["denies if a Deny and an Allow match", [allow({}), allow({ Sid: "No", Effect: "Deny" })], read, false],
    ["ignores the case of actions", [allow({ Action: ["S3:getobject"] })], read, true],
    ["matches * in the middle", [allow({ Resource: ["arn:aws:s3:::b/*/a.jpg"] })], read, true],
    [
      "allows a missing key where Null requires it",
      [allow({ Condition: { Null: { "aws:ResourceTag/Project": ["true"] } } })],
      read,
      true,
    ],
    [
      "denies a key where Null requires that it is missing",
      [allow({ Condition: { Null: { "aws:ResourceTag/Project": ["true"] } } })],
      { ...read, context: { "aws:ResourceTag/Project": "p" } },
      false,
    ],
    [
      "allows if each of several values matches ForAllValues",
      [
        allow({
          Condition: { "ForAllValues:StringEquals": { "kms:ResourceAliases": ["alias/a", "alias/b"] } },
        }),
      ],
      { ...read, context: { "kms:ResourceAliases": ["alias/b"] } },
      true,
    ],
    [
      "denies if one of several values does not match ForAllValues",
      [allow({ Condition: { "ForAllValues:StringEquals": { "kms:ResourceAliases": ["alias/a"] } } })],
      { ...read, context: { "kms:ResourceAliases": ["alias/a", "alias/c"] } },
      false,
    ],
    [
      "allows if a key of ForAllValues is missing",
      [allow({ Condition: { "ForAllValues:StringEquals": { "kms:ResourceAliases": ["alias/a"] } } })],
      read,
      true,
    ],
    [
      "denies if a condition's key is missing",
      [allow({ Condition: { StringLike: { "s3:prefix": ["p*"] } } })],
      read,
      false,
    ],
    [
      "allows if the key of an IfExists condition is missing",
      [allow({ Condition: { StringLikeIfExists: { "s3:prefix": ["p*"] } } })],
      read,
      true,
    ],
    [
      "denies if a condition is not met",
      [allow({ Condition: { StringLikeIfExists: { "s3:prefix": ["p*"] } } })],
      { ...read, context: { "s3:prefix": "q" } },
      false,
    ],
  ])("%s", (_name, statements, request, isAllowed) => {
    expect(evaluate(statements, request).isAllowed).toBe(isAllowed);
  });

  it("throws for an unknown condition operator", () => {
    const statement = allow({ Condition: { DateGreaterThan: { "aws:CurrentTime": ["2026-01-01"] } } });
    expect(() => evaluate([statement], { ...read, context: { "aws:CurrentTime": "now" } })).toThrow(
      "DateGreaterThan",
    );
  });

  it("lists granted actions without a call", () => {
    const statement = allow({ Action: ["s3:GetObject", "s3:PutObject"] });
    expect(unusedActions([statement], [{ ...read, role: "worker", status: 200 }])).toEqual([
      "Allow s3:PutObject",
    ]);
  });
});

const { core } = synthesised(aDeployment({ uploads: { prefix: "photos/" } }));
const statements = (part: string) =>
  statementsOf(core.one("aws_iam_role_policy", `${part}/Handler/RolePolicy`).policy);
const arn = (type: string, path: string) => core.reference(type, path, "arn");
const uploads = arn("aws_s3_bucket", "Uploads/Bucket");
const processed = arn("aws_s3_bucket", "Processed/Bucket");
const key = arn("aws_kms_key", "Encryption/Key");

describe("the synthesised policies, for conditions and topics that moto does not check", () => {
  it.each<[string, string, AccessRequest]>([
    [
      "Ingest",
      "publishes image events",
      { action: "sns:Publish", resource: arn("aws_sns_topic", "ImageEvents/Topic") },
    ],
    [
      "Worker",
      "publishes results",
      { action: "sns:Publish", resource: arn("aws_sns_topic", "ImageResults/Topic") },
    ],
    [
      "Worker",
      "looks for an upload",
      { action: "s3:ListBucket", resource: uploads, context: { "s3:prefix": "photos/a" } },
    ],
    [
      "Worker",
      "reads encrypted",
      { action: "kms:Decrypt", resource: key, context: { "kms:ViaService": "s3.us-east-1.amazonaws.com" } },
    ],
    [
      "Ingest",
      "publishes encrypted",
      {
        action: "kms:GenerateDataKey",
        resource: key,
        context: { "kms:ViaService": "sns.us-east-1.amazonaws.com" },
      },
    ],
  ])("%s %s", (part, _what, request) => {
    expect(evaluate(statements(part), request).isAllowed).toBe(true);
  });

  it.each<[string, string, AccessRequest]>([
    [
      "Ingest",
      "publishes no results",
      { action: "sns:Publish", resource: arn("aws_sns_topic", "ImageResults/Topic") },
    ],
    [
      "Worker",
      "publishes no image events",
      { action: "sns:Publish", resource: arn("aws_sns_topic", "ImageEvents/Topic") },
    ],
    [
      "Worker",
      "publishes no alarms",
      { action: "sns:Publish", resource: arn("aws_sns_topic", "Observability/Alarms/Topic") },
    ],
    [
      "Worker",
      "lists no uploads elsewhere",
      { action: "s3:ListBucket", resource: uploads, context: { "s3:prefix": "private/" } },
    ],
    [
      "Worker",
      "lists only its own prefixes",
      { action: "s3:ListBucket", resource: processed, context: { "s3:prefix": "analysis/" } },
    ],
    ["Worker", "uses the key only through a service", { action: "kms:Decrypt", resource: key }],
    [
      "Ingest",
      "reads no object with the key",
      { action: "kms:Decrypt", resource: key, context: { "kms:ViaService": "s3.us-east-1.amazonaws.com" } },
    ],
    ["Worker", "changes no key", { action: "kms:ScheduleKeyDeletion", resource: key }],
    [
      "Ingest",
      "invokes no function",
      { action: "lambda:InvokeFunction", resource: arn("aws_lambda_function", "Worker/Handler/Function") },
    ],
  ])("%s %s", (part, _what, request) => {
    expect(evaluate(statements(part), request).isAllowed).toBe(false);
  });
});
