import type { Deployment } from "../deployment.ts";
import type { Statement } from "./policy-document.ts";
import { workflowArns } from "./workflow-policy.ts";

/** What it takes to put something encrypted into a queue, a topic or a bucket, and to get it out. */
const USE = ["kms:Decrypt", "kms:GenerateDataKey*"];
/** As CloudWatch Logs documents it (docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html). */
const USE_FOR_LOGS = [
  "kms:Decrypt",
  "kms:DescribeKey",
  "kms:Encrypt",
  "kms:GenerateDataKey*",
  "kms:ReEncrypt*",
];

/**
 * Who may use the pipeline's key: this account's roles by their own policies, and four services, each for this account
 * alone. In a key policy `*` is the key itself. Buckets, topics and groups are named, not referred to: they are made with
 * the key, so the key cannot wait for them.
 */
export function keyPolicy(deployment: Deployment, accountId: string): Statement[] {
  return [
    administer(deployment.names.partition, accountId),
    ...serveEvents(deployment, accountId),
    ...serveWatching(deployment, accountId),
  ];
}

/** Hands the key to the account's own IAM policies: KMS's default, without which a key can be locked for ever. */
export function administer(partition: string, accountId: string): Statement {
  return {
    Sid: "AccountDecidesByItsOwnPolicies",
    Effect: "Allow",
    Principal: { AWS: `arn:${partition}:iam::${accountId}:root` },
    Action: "kms:*",
    Resource: "*",
  };
}

/**
 * Who may use the workflow's key: this account's roles by their own policies, and the log service for the log groups of the
 * workflow and for what the state machine hands it to deliver.
 */
export function workflowKeyPolicy({ names, pipeline }: Deployment, accountId: string): Statement[] {
  const { stepLogs, machineLog, logs } = workflowArns({ names, region: pipeline.region }, accountId);
  return [
    administer(names.partition, accountId),
    {
      Sid: "LogsOfTheWorkflow",
      Effect: "Allow",
      Principal: { Service: `logs.${pipeline.region}.amazonaws.com` },
      Action: USE_FOR_LOGS,
      Resource: "*",
      Condition: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": [stepLogs, machineLog] } },
    },
    {
      // docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html, narrowed to what our machine encrypts for it.
      Sid: "DeliveryOfTheMachinesLog",
      Effect: "Allow",
      Principal: { Service: "delivery.logs.amazonaws.com" },
      Action: "kms:Decrypt",
      Resource: "*",
      Condition: { StringEquals: { "kms:EncryptionContext:SourceArn": logs } },
    },
  ];
}

function serveEvents({ names, pipeline }: Deployment, accountId: string): Statement[] {
  return [
    {
      Sid: "S3NotifiesAboutUploads",
      Effect: "Allow",
      Principal: { Service: "s3.amazonaws.com" },
      Action: USE,
      Resource: "*",
      Condition: {
        StringEquals: { "aws:SourceAccount": accountId },
        ArnLike: { "aws:SourceArn": names.bucketArn(names.uploadBucket(accountId)) },
      },
    },
    {
      // The ARN holds the account; SNS is not documented to name the account besides.
      Sid: "TopicsDeliverToQueues",
      Effect: "Allow",
      Principal: { Service: "sns.amazonaws.com" },
      Action: USE,
      Resource: "*",
      Condition: {
        ArnLike: {
          "aws:SourceArn": `arn:${names.partition}:sns:${pipeline.region}:${accountId}:${names.prefix}-*`,
        },
        StringEqualsIfExists: { "aws:SourceAccount": accountId },
      },
    },
  ];
}

function serveWatching({ names, pipeline }: Deployment, accountId: string): Statement[] {
  const { partition, prefix } = names;
  const at = (service: string) => `arn:${partition}:${service}:${pipeline.region}:${accountId}`;
  return [
    {
      Sid: "LogsOfTheFunctions",
      Effect: "Allow",
      Principal: { Service: `logs.${pipeline.region}.amazonaws.com` },
      Action: USE_FOR_LOGS,
      Resource: "*",
      Condition: {
        ArnLike: { "kms:EncryptionContext:aws:logs:arn": `${at("logs")}:log-group:/aws/lambda/${prefix}-*` },
      },
    },
    {
      Sid: "AlarmsReachTheirTopic",
      Effect: "Allow",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: USE,
      Resource: "*",
      Condition: {
        StringEquals: { "aws:SourceAccount": accountId },
        ArnLike: { "aws:SourceArn": `${at("cloudwatch")}:alarm:${prefix}-*` },
      },
    },
  ];
}

/**
 * What a function's role may do with a key: nothing by itself, only through the services that hold its data.
 *
 * @param services such as `s3`, `sqs`
 */
export function useKeyThrough(
  keyArn: string | null,
  region: string,
  services: readonly string[],
): Statement[] {
  if (keyArn === null) return [];
  return [
    {
      Sid: "UseKeyThroughServices",
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: keyArn,
      Condition: {
        StringEquals: { "kms:ViaService": services.map((name) => `${name}.${region}.amazonaws.com`) },
      },
    },
  ];
}

/** As `useKeyThrough`, of the key of another stack, which is known by its alias alone. */
export function useNamedKeyThrough(
  { pipeline, names }: Deployment,
  accountId: string,
  services: readonly string[],
): Statement[] {
  const { encryption, region } = pipeline;
  if (encryption === "sse-s3") return [];
  return [
    {
      Sid: "UseCoreKeyThroughServices",
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: `arn:${names.partition}:kms:${region}:${accountId}:key/*`,
      Condition: {
        StringEquals: { "kms:ViaService": services.map((name) => `${name}.${region}.amazonaws.com`) },
        "ForAnyValue:StringEquals": { "kms:ResourceAliases": names.keyAlias },
      },
    },
  ];
}

/** Reading what lies in a bucket that is not ours, under a key that is not ours. */
export function readWithKey(keyArn: string | null, region: string): Statement[] {
  if (keyArn === null) return [];
  return [
    {
      Sid: "ReadUploadsUnderTheirKey",
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: keyArn,
      Condition: { StringEquals: { "kms:ViaService": `s3.${region}.amazonaws.com` } },
    },
  ];
}
