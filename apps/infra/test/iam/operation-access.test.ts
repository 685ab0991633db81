import { describe, expect, it } from "vitest";
import { aCall, form, json, rest } from "./a-call.ts";
import type { HttpCall } from "./aws-call.ts";
import { KnownAccount } from "./known-account.ts";
import { toAccess } from "./operation-access.ts";
import { toOperation } from "./to-operation.ts";

function ask(call: HttpCall, account = new KnownAccount()): string[] | null {
  const operation = toOperation(call);
  const access = operation && toAccess(operation, account);
  return access?.map(({ action, resource }) => `${action} ${resource}`) ?? null;
}

const at = (service: string, name: string) => `arn:aws:${service}:us-east-1:123456789012:${name}`;
const FUNCTION = at("lambda", "function:p-dev-ingest");
const KEY = at("kms", "key/1");
const ROLE = "arn:aws:iam::123456789012:role/p-dev-ingest";

describe("the permissions of a call", () => {
  it.each<[string, HttpCall, string[]]>([
    ["HEAD of a bucket", rest("s3", "HEAD /b"), ["s3:ListBucket arn:aws:s3:::b"]],
    ["PUT of a bucket", rest("s3", "PUT /b"), ["s3:CreateBucket arn:aws:s3:::b"]],
    [
      "a bucket's encryption",
      rest("s3", "GET /b?encryption="),
      ["s3:GetEncryptionConfiguration arn:aws:s3:::b"],
    ],
    [
      "deleting a public access block",
      rest("s3", "DELETE /b?publicAccessBlock"),
      ["s3:PutBucketPublicAccessBlock arn:aws:s3:::b"],
    ],
    ["listing versions", rest("s3", "GET /b?versions&prefix="), ["s3:ListBucketVersions arn:aws:s3:::b"]],
    [
      "deleting versions of objects",
      aCall({
        service: "s3",
        path: "/b?delete",
        body: "<Object><Key>a</Key><VersionId>1</VersionId></Object>",
      }),
      ["s3:DeleteObjectVersion arn:aws:s3:::b/a"],
    ],
    [
      "an object",
      rest("s3", "GET /b/dev/x.tfstate?x-id=GetObject"),
      ["s3:GetObject arn:aws:s3:::b/dev/x.tfstate"],
    ],
    [
      "a new queue with tags",
      json("sqs", "AmazonSQS.CreateQueue", { QueueName: "q", tags: { A: "b" } }),
      [`sqs:CreateQueue ${at("sqs", "q")}`, `sqs:TagQueue ${at("sqs", "q")}`],
    ],
    [
      "a queue by its URL",
      json("sqs", "AmazonSQS.GetQueueAttributes", { QueueUrl: "http://x/123456789012/q" }),
      [`sqs:GetQueueAttributes ${at("sqs", "q")}`],
    ],
    [
      "a log group",
      json("logs", "Logs_20140328.CreateLogGroup", { logGroupName: "/aws/lambda/f" }),
      [`logs:CreateLogGroup ${at("logs", "log-group:/aws/lambda/f")}`],
    ],
    [
      "log groups by a prefix, which have no resource",
      json("logs", "Logs_20140328.DescribeLogGroups", { logGroupNamePrefix: "/aws" }),
      ["logs:DescribeLogGroups *"],
    ],
    [
      "a new alias, which needs its key too",
      json("kms", "TrentService.CreateAlias", { AliasName: "alias/a", TargetKeyId: "1" }),
      [`kms:CreateAlias ${at("kms", "alias/a")}`, `kms:CreateAlias ${KEY}`],
    ],
    [
      "a subscription, which has no resource",
      form("sns", { Action: "GetSubscriptionAttributes", SubscriptionArn: at("sns", "t:1") }),
      ["sns:GetSubscriptionAttributes *"],
    ],
    [
      "a new topic with tags",
      form("sns", { Action: "CreateTopic", Name: "t", "Tags.member.1.Key": "A", "Tags.member.1.Value": "b" }),
      [`sns:CreateTopic ${at("sns", "t")}`, `sns:TagResource ${at("sns", "t")}`],
    ],
    [
      "a new role with tags",
      form("iam", {
        Action: "CreateRole",
        RoleName: "p-dev-ingest",
        "Tags.member.1.Key": "A",
        "Tags.member.1.Value": "b",
      }),
      [`iam:CreateRole ${ROLE}`, `iam:TagRole ${ROLE}`],
    ],
    [
      "a metric alarm by its name",
      form("monitoring", {
        Action: "DescribeAlarms",
        "AlarmNames.member.1": "a",
        "AlarmTypes.member.1": "MetricAlarm",
      }),
      [`cloudwatch:DescribeAlarms ${at("cloudwatch", "alarm:a")}`],
    ],
    [
      "a composite alarm by its name, which is found only by who may see all",
      form("monitoring", {
        Action: "DescribeAlarms",
        "AlarmNames.member.1": "a",
        "AlarmTypes.member.1": "CompositeAlarm",
      }),
      ["cloudwatch:DescribeAlarms *"],
    ],
    [
      "a new composite alarm",
      form("monitoring", {
        Action: "PutCompositeAlarm",
        AlarmName: "a",
        "Tags.member.1.Key": "A",
        "Tags.member.1.Value": "b",
      }),
      ["cloudwatch:PutCompositeAlarm *", `cloudwatch:TagResource ${at("cloudwatch", "alarm:a")}`],
    ],
    [
      "a new function, which gets a role and a key",
      rest("lambda", "POST /2015-03-31/functions", {
        FunctionName: "p-dev-ingest",
        Role: ROLE,
        KMSKeyArn: KEY,
      }),
      [
        `lambda:CreateFunction ${FUNCTION}`,
        `iam:PassRole ${ROLE}`,
        `kms:CreateGrant ${KEY}`,
        `kms:Encrypt ${KEY}`,
      ],
    ],
    [
      "a permission on a function",
      rest("lambda", "DELETE /2015-03-31/functions/p-dev-ingest/policy/AllowUploadBucket"),
      [`lambda:RemovePermission ${FUNCTION}`],
    ],
    [
      "a new event source mapping with tags",
      rest("lambda", "POST /2015-03-31/event-source-mappings", { FunctionName: FUNCTION, Tags: { A: "b" } }),
      ["lambda:CreateEventSourceMapping *", `lambda:TagResource ${at("lambda", "event-source-mapping:new")}`],
    ],
    [
      "tags by an encoded ARN",
      rest("lambda", `GET /2017-03-31/tags/${encodeURIComponent(FUNCTION)}`),
      [`lambda:ListTags ${FUNCTION}`],
    ],
    [
      "a new pipe, which gets a role",
      rest("pipes", "POST /v1/pipes/p", { RoleArn: ROLE }),
      [`pipes:CreatePipe ${at("pipes", "pipe/p")}`, `iam:PassRole ${ROLE}`],
    ],
    [
      "a new state machine, which gets a role and a key",
      json("states", "AWSStepFunctions.CreateStateMachine", {
        name: "m",
        roleArn: ROLE,
        encryptionConfiguration: { kmsKeyId: KEY },
      }),
      [
        `states:CreateStateMachine ${at("states", "stateMachine:m")}`,
        `iam:PassRole ${ROLE}`,
        `kms:DescribeKey ${KEY}`,
        `kms:GenerateDataKey ${KEY}`,
      ],
    ],
    [
      "targets of a rule",
      json("events", "AWSEvents.PutTargets", { Rule: "r", Targets: [{ Id: "1", Arn: FUNCTION }] }),
      [`events:PutTargets ${at("events", "rule/r")}`],
    ],
    ["the caller's own identity", form("sts", { Action: "GetCallerIdentity" }), []],
  ])("are known for %s", (_what, call, access) => {
    expect(ask(call)).toEqual(access);
  });

  it.each<[string, HttpCall]>([
    ["an action of the query protocol", form("iam", { Action: "CreateUser", UserName: "u" })],
    ["an action of a JSON protocol", json("sqs", "AmazonSQS.PurgeQueue", { QueueUrl: "http://x/1/q" })],
    ["a path of Lambda", rest("lambda", "GET /2021-10-31/functions/f/urls")],
    ["a part of a bucket", rest("s3", "GET /b?inventory")],
    ["a part of an object", rest("s3", "GET /b/k?acl")],
    ["the list of all buckets", rest("s3", "GET /")],
    ["another service", form("ec2", { Action: "DescribeVpcs" })],
    ["a call that does not name its resource", form("sns", { Action: "GetTopicAttributes" })],
  ])("are unknown for %s", (_what, call) => {
    expect(ask(call)).toBeNull();
  });
});

describe("the context of a call", () => {
  const contextsOf = (call: HttpCall, account = new KnownAccount()) => {
    const operation = toOperation(call);
    return (operation && toAccess(operation, account))?.map(({ context }) => context);
  };

  it("has the tags of a new key", () => {
    const call = json("kms", "TrentService.CreateKey", { Tags: [{ TagKey: "Project", TagValue: "p" }] });
    expect(contextsOf(call)).toEqual([{ "aws:RequestTag/Project": "p" }, { "aws:RequestTag/Project": "p" }]);
  });

  it("names the service that a role is passed to", () => {
    const call = rest("pipes", "PUT /v1/pipes/p", { RoleArn: ROLE });
    expect(contextsOf(call)?.[1]).toEqual({ "iam:PassedToService": "pipes.amazonaws.com" });
  });

  it("has the prefix of a listing", () => {
    expect(contextsOf(rest("s3", "GET /b?list-type=2&prefix=dev%2F"))).toEqual([{ "s3:prefix": "dev/" }]);
  });

  it("has the tags and aliases of a key that a service uses for the caller", () => {
    const account = new KnownAccount();
    learn(account, json("kms", "TrentService.CreateKey", { Tags: [{ TagKey: "Project", TagValue: "p" }] }), {
      KeyMetadata: { Arn: KEY },
    });
    learn(account, json("kms", "TrentService.CreateAlias", { AliasName: "alias/a", TargetKeyId: "1" }));
    learn(
      account,
      rest("lambda", "POST /2015-03-31/functions", { FunctionName: "p-dev-ingest", KMSKeyArn: KEY }),
    );
    const call = rest("lambda", "GET /2015-03-31/functions/p-dev-ingest");
    expect(ask(call, account)).toEqual([`lambda:GetFunction ${FUNCTION}`, `kms:Decrypt ${KEY}`]);
    expect(contextsOf(call, account)?.[1]).toEqual({
      "aws:ResourceTag/Project": "p",
      "kms:ResourceAliases": ["alias/a"],
      "kms:ViaService": "lambda.us-east-1.amazonaws.com",
    });
  });

  it("has the default key of a bucket for an object, unless the call asks for AES256", () => {
    const account = new KnownAccount();
    const body = `<KMSMasterKeyID>${KEY}</KMSMasterKeyID>`;
    learn(account, aCall({ service: "s3", method: "PUT", path: "/b?encryption", body }));
    const plain = { "x-amz-server-side-encryption": "AES256" };
    expect(ask(rest("s3", "PUT /b/k"), account)).toEqual([
      "s3:PutObject arn:aws:s3:::b/k",
      `kms:GenerateDataKey ${KEY}`,
    ]);
    expect(ask(aCall({ service: "s3", method: "PUT", path: "/b/k", headers: plain }), account)).toEqual([
      "s3:PutObject arn:aws:s3:::b/k",
    ]);
  });

  it("has the aliases of a key that is tagged, and none for a key that is being created", () => {
    const account = new KnownAccount();
    const Tags = [{ TagKey: "Project", TagValue: "p" }];
    expect(ask(json("kms", "TrentService.CreateKey", { Tags }), account)).toEqual([
      "kms:CreateKey *",
      `kms:TagResource ${at("kms", "key/new")}`,
    ]);
    learn(account, json("kms", "TrentService.CreateAlias", { AliasName: "alias/a", TargetKeyId: "1" }));
    expect(contextsOf(json("kms", "TrentService.TagResource", { KeyId: "1", Tags }), account)).toEqual([
      { "aws:RequestTag/Project": "p", "kms:ResourceAliases": ["alias/a"] },
    ]);
  });

  it("has the permissions boundary that a role gets, and later the one that it has", () => {
    const account = new KnownAccount();
    const PermissionsBoundary = "arn:aws:iam::123456789012:policy/p-dev-boundary";
    const role = { RoleName: "p-dev-ingest" };
    const creation = form("iam", { Action: "CreateRole", ...role, PermissionsBoundary });
    const bounded = [{ "iam:PermissionsBoundary": PermissionsBoundary }];
    expect(contextsOf(creation, account)).toEqual(bounded);
    const policy = form("iam", { Action: "PutRolePolicy", ...role });
    expect(contextsOf(policy, account)).toEqual([{}]);
    learn(account, creation);
    expect(contextsOf(policy, account)).toEqual(bounded);
  });

  it("has the tags of an event source mapping", () => {
    const account = new KnownAccount();
    const input = { FunctionName: FUNCTION, Tags: { Project: "p" } };
    learn(account, rest("lambda", "POST /2015-03-31/event-source-mappings", input), { UUID: "u" });
    expect(contextsOf(rest("lambda", "DELETE /2015-03-31/event-source-mappings/u"), account)).toEqual([
      { "aws:ResourceTag/Project": "p", "lambda:FunctionArn": FUNCTION },
    ]);
  });
});

function learn(account: KnownAccount, call: HttpCall, answer: unknown = {}): void {
  const operation = toOperation(call);
  if (operation) account.learn(operation, JSON.stringify(answer), call.body);
}
