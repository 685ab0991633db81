import { expect, it } from "vitest";
import { faultsOf, REFERENCE } from "./reference/service-authorization.ts";
import { synthesisedStatements } from "./reference/synthesised-policies.ts";

const statement = { where: "test", Sid: "Test", Resource: ["*"], Condition: {} };

it("AWS accepts the resources and condition keys of every statement of every stack", () => {
  const statements = synthesisedStatements();
  expect(statements.length).toBeGreaterThan(200);
  expect([...new Set(statements.flatMap((one) => faultsOf(one)))]).toEqual([]);
});

it("the reference names its source and date", () => {
  expect(REFERENCE.source).toMatch(/^docs\.aws\.amazon\.com\/service-authorization\/.*, \w+ 20\d\d$/);
});

it.each([
  [
    "a resource for an action without resource types",
    { Action: ["sns:Unsubscribe"], Resource: ["arn:aws:sns:us-east-1:123456789012:topic"] },
    'sns:Unsubscribe must be allowed on "*"',
  ],
  [
    "a resource for an action that works only on all alarms",
    {
      Action: ["cloudwatch:PutCompositeAlarm"],
      Resource: ["arn:aws:cloudwatch:us-east-1:123456789012:alarm:a-*"],
    },
    'cloudwatch:PutCompositeAlarm must be allowed on "*"',
  ],
  [
    "a resource type that no action takes",
    {
      Action: ["s3:ListBucket"],
      Resource: ["arn:aws:s3:::bucket", "arn:aws:sqs:us-east-1:123456789012:queue"],
    },
    "no action of the statement takes arn:aws:sqs:us-east-1:123456789012:queue",
  ],
  [
    "objects for an action on buckets",
    { Action: ["s3:GetBucketNotification"], Resource: ["arn:aws:s3:::bucket/key"] },
    "s3:GetBucketNotification takes none of the statement's resources",
  ],
  [
    "a condition key that the action does not know",
    {
      Action: ["s3:GetObject"],
      Resource: ["arn:aws:s3:::b/k"],
      Condition: { StringLike: { "s3:prefix": ["a"] } },
    },
    "s3:GetObject does not know the condition key s3:prefix",
  ],
  [
    "an action that is not in the table",
    { Action: ["sqs:PurgeQueues"] },
    "sqs:PurgeQueues is not in service-authorization.json: run write-reference.ts",
  ],
])("%s is a fault", (_what, part, fault) => {
  expect(faultsOf({ ...statement, ...part })).toContain(`test: ${fault}`);
});
