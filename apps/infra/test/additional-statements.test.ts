import { describe, expect, it } from "vitest";
import { aDeployment, synthesised } from "./deployments.ts";
import { statementOf, statementsOf } from "./policies.ts";

const Principal = { AWS: "arn:aws:iam::210987654321:root" };
const partner = (Action: string) => [{ Sid: "Partner", Effect: "Allow" as const, Principal, Action }];
const policies = {
  uploads: partner("s3:PutObject"),
  processed: partner("s3:ListBucket"),
  imageEvents: partner("sns:Subscribe"),
  imageResults: partner("sns:Subscribe"),
  queues: { renditions: partner("sqs:GetQueueAttributes") },
};
const { core } = synthesised(aDeployment({ policies }));

describe("an additional statement of the config is in the policy of", () => {
  it.each([
    ["aws_s3_bucket_policy", "Uploads/Policy", "aws_s3_bucket", "Uploads/Bucket", "s3:PutObject"],
    ["aws_s3_bucket_policy", "Processed/Policy", "aws_s3_bucket", "Processed/Bucket", "s3:ListBucket"],
    ["aws_sns_topic_policy", "ImageEvents/Policy", "aws_sns_topic", "ImageEvents/Topic", "sns:Subscribe"],
    ["aws_sns_topic_policy", "ImageResults/Policy", "aws_sns_topic", "ImageResults/Topic", "sns:Subscribe"],
    [
      "aws_sqs_queue_policy",
      "Renditions/Policy",
      "aws_sqs_queue",
      "Renditions/Queue",
      "sqs:GetQueueAttributes",
    ],
  ])("%s %s, for that resource only", (policyType, policyPath, type, path, action) => {
    const arn = core.reference(type, path, "arn");
    const { policy } = core.one(policyType, policyPath);
    expect(statementOf(policy, "Partner")).toEqual({
      Sid: "Partner",
      Effect: "Allow",
      Principal,
      Action: [action],
      Resource: type === "aws_s3_bucket" ? [arn, `${arn}/*`] : [arn],
    });
    expect(statementsOf(policy).some(({ Sid }) => Sid === "DenyInsecureTransport")).toBe(true);
  });
});

it("refuses a statement for the queue of a subscriber that does not exist", () => {
  const misspelt = aDeployment({ policies: { queues: { rendition: partner("sqs:SendMessage") } } });
  expect(() => synthesised(misspelt)).toThrow(
    "policies.queues.rendition: no subscriber has this name: there are renditions, backfill",
  );
});

it("refuses a statement for an existing upload bucket, whose policy belongs to its owner", () => {
  const foreign = aDeployment({
    uploads: { existingBucket: "team-uploads" },
    policies: { uploads: partner("s3:PutObject") },
  });
  expect(() => synthesised(foreign)).toThrow("policies.uploads would have no effect");
});

type Statement = (typeof policies.processed)[number];
const EVERYONE: (Statement["Principal"] | "*" | { AWS: string[] })[] = ["*", { AWS: "*" }, { AWS: ["*"] }];
it.each(EVERYONE)("refuses a statement that allows everyone: %j", (everyone) => {
  const statement = { Sid: "Public", Effect: "Allow" as const, Principal: everyone, Action: "s3:GetObject" };
  const settings = (more: object) => ({
    policies: { processed: [{ ...statement, ...more }] },
  });
  expect(() => aDeployment(settings({}))).toThrow("allows everyone");
  const Condition = { StringEquals: { "aws:PrincipalOrgID": "o-abc123" } };
  expect(() => aDeployment(settings({ Condition }))).not.toThrow();
});

it("refuses a statement for a session, since the pipeline's own denials know only its role", () => {
  const session = "arn:aws:sts::999999999999:assumed-role/partner/alice";
  const processed = partner("s3:GetObject").map((statement) => ({
    ...statement,
    Principal: { AWS: ["999999999999", session] },
  }));
  expect(() => aDeployment({ policies: { processed } })).toThrow(
    "policies.processed.0.Principal: names a session: write the ARN of its role",
  );
});
