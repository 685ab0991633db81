import { SECRET_KEY } from "@image-pipeline/schema/keys";
import { describe, expect, it } from "vitest";
import { aDeployment, synthesised } from "./deployments.ts";
import { evaluate } from "./iam/evaluate.ts";
import { statementsOf } from "./policies.ts";

const ACCOUNT = "123456789012";
const friend = { AWS: `arn:aws:iam::999999999999:role/friend` };
const publish = { Sid: "Friend", Effect: "Allow" as const, Principal: friend, Action: "sns:Publish" };
const { core } = synthesised(
  aDeployment({
    analysis: { enabled: true },
    workflow: { enabled: true },
    iam: { operators: ["role/teams/*/operator"] },
    policies: { imageEvents: [publish] },
  }),
);

/** Returns whether a resource's policy denies a principal of whom nothing else is known. */
function isDenied(type: string, part: string, action: string, principal: string): boolean {
  const text = String(core.one(type, part).policy).replaceAll(/\$\{data\.[^}]*account_id\}/g, ACCOUNT);
  const statements = statementsOf(text).map((statement) => ({ ...statement, Resource: ["*"] }));
  const context = {
    ...(principal.startsWith("arn:") && { "aws:PrincipalArn": principal }),
    "aws:PrincipalIsAWSService": String(!principal.startsWith("arn:")),
    "aws:SecureTransport": "true",
    "aws:SourceAccount": ACCOUNT,
  };
  return evaluate(statements, { action, resource: "*", context }).by?.startsWith("Deny") ?? false;
}
const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const ours = (name: string) => role(`image-pipeline-dev-${name}`);
const ADMIN = role("some-application-that-may-send-everywhere");
const OPERATOR = role("teams/images/operator");

describe.each([
  ["ImageEvents", [ours("ingest"), OPERATOR, friend.AWS], [ours("worker"), ADMIN]],
  [
    "ImageResults",
    [ours("worker"), ours("backfill"), ours("analyzer"), ours("workflow-publish"), ours("workflow-analyse")],
    [ours("ingest"), ours("workflow-inspect"), OPERATOR, friend.AWS, ADMIN],
  ],
])("the topic %s", (topic, senders, strangers) => {
  const denies = (principal: string) =>
    isDenied("aws_sns_topic_policy", `${topic}/Policy`, "sns:Publish", principal);

  it.each(senders)("lets %s publish", (principal) => expect(denies(principal)).toBe(false));
  it.each(strangers)("denies %s to publish, whatever its own policy allows", (principal) =>
    expect(denies(principal)).toBe(true),
  );
});

describe.each([
  ["Renditions", []],
  ["Renditions/DeadLetter", []],
  ["Analysis", []],
  ["Workflow/DeadLetter", [ours("workflow-machine")]],
  ["Ingest/Failures", [ours("ingest")]],
  ["Audit/DeadLetters", [ours("audit")]],
])("the queue %s", (queue, senders) => {
  const denies = (principal: string) =>
    isDenied("aws_sqs_queue_policy", `${queue}/Policy`, "sqs:SendMessage", principal);

  it.each([...senders, OPERATOR, "sns.amazonaws.com"])("lets %s send", (principal) =>
    expect(denies(principal)).toBe(false),
  );
  it.each([ADMIN, ours("worker"), role("teams/images/reader")])("denies %s to send", (principal) =>
    expect(denies(principal)).toBe(true),
  );
});

describe(`the secret ${SECRET_KEY}`, () => {
  const denies = (action: string, principal: string) =>
    isDenied("aws_s3_bucket_policy", "Processed/Policy", action, principal);

  it.each(["worker", "backfill", "analyzer", "workflow-inspect", "workflow-render", "workflow-analyse"])(
    "can be read by the role %s",
    (name) => expect(denies("s3:GetObject", ours(name))).toBe(false),
  );
  it.each([ADMIN, OPERATOR, ours("audit"), ours("ingest")])("is denied to %s", (principal) => {
    expect(denies("s3:GetObject", principal)).toBe(true);
    expect(denies("s3:PutObject", principal)).toBe(true);
  });
});
