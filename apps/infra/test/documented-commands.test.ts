import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "../../..");
const pages = ["README.md", "CONTRIBUTING.md", ...globSync("docs/**/*.md", { cwd: root })];

/** Commands of the AWS CLI that work for these resources, as AWS's reference says. Any other has to be checked there first. */
const SUPPORTED = [
  "aws cloudfront create-invalidation",
  "aws cloudwatch describe-alarms",
  "aws cloudwatch set-alarm-state",
  "aws deploy get-deployment",
  "aws iam put-role-policy",
  "aws lambda get-account-settings",
  "aws lambda get-alias",
  "aws lambda invoke",
  "aws lambda update-alias",
  "aws logs tail",
  "aws s3 cp",
  "aws s3api get-bucket-notification-configuration",
  "aws s3api put-bucket-cors",
  "aws s3api put-bucket-notification-configuration",
  "aws secretsmanager create-secret",
  "aws secretsmanager put-secret-value",
  "aws sqs get-queue-url",
  "aws sqs purge-queue",
  "aws sso login",
  "aws stepfunctions describe-execution",
  "aws stepfunctions get-execution-history",
];
/**
 * SQS's own redrive. "Non-SQS queue sources of dead-letter queues, such as Lambda or Amazon SNS topics, are currently not
 * supported" (docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html).
 */
const UNSUPPORTED = /start-?message-?move-?task/i;
/** A decision explains why an API is not used. */
const DECISIONS = "docs/decisions/";

it("uses only commands of the AWS CLI in the documents that AWS supports for these resources", () => {
  const found = pages.flatMap((page) =>
    [...readFileSync(join(root, page), "utf8").matchAll(/\baws [a-z0-9]+ [a-z]+(?:-[a-z]+)*/g)].map(
      ([command]) => command,
    ),
  );
  expect([...new Set(found)].sort()).toEqual(SUPPORTED);
});

it("names SQS's own redrive in no document that an operator follows", () => {
  const named = pages
    .filter((page) => !page.startsWith(DECISIONS))
    .filter((page) => UNSUPPORTED.test(readFileSync(join(root, page), "utf8")));
  expect(named).toEqual([]);
});

it("redrives every DLQ of the runbook with our command", () => {
  const runbook = readFileSync(join(root, "docs/runbook.md"), "utf8");
  const deadLetters = runbook
    .split(/^## /m)
    .filter((section) => /^(dead-letters|ingest-failures|workflow-executions)\n/.test(section));
  expect(deadLetters).toHaveLength(3);
  for (const section of deadLetters) expect(section).toContain("npx pipeline dlq redrive");
});
