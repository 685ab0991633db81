import type { Deployment } from "../deployment.ts";
import type { Statement } from "./policy-document.ts";
import { decryptProcessed } from "./reader-policy.ts";
import { workflowArns } from "./workflow-policy.ts";

type Named = Pick<Deployment, "names" | "pipeline">;

/** Actions to write encrypted data to a queue, a topic or a bucket, and to read it. */
const USE = ["kms:Decrypt", "kms:GenerateDataKey*"];
/** Actions that CloudWatch Logs documents (docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html). */
const USE_FOR_LOGS = [
  "kms:Decrypt",
  "kms:DescribeKey",
  "kms:Encrypt",
  "kms:GenerateDataKey*",
  "kms:ReEncrypt*",
];

/**
 * Returns the policy of the pipeline's key: it allows this account's roles by their own policies, a few services, each for
 * this account only, and the config's readers. In a key policy `*` is the key itself. Topics and log groups are given by
 * name: they depend on the key, so the key cannot refer to them.
 */
export function keyPolicy(deployment: Named, accountId: string): Statement[] {
  return [
    administer(deployment.names.partition, accountId),
    ...serveEvents(deployment, accountId),
    logsOfTheFunctions(deployment, accountId),
    ...serveWatching(deployment, accountId),
    ...decryptProcessed(deployment, accountId),
  ];
}

/** Returns the policy of the delivery stack's key: of its queue, and of the logs and variables of its functions. */
export function deliveryKeyPolicy(deployment: Named, accountId: string): Statement[] {
  return [
    administer(deployment.names.partition, accountId),
    serveTopics(deployment, accountId),
    logsOfTheFunctions(deployment, accountId),
  ];
}

/** Delegates the key to the account's IAM policies: KMS's default, without which a key can become unmanageable. */
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
 * Returns the policy of the workflow's key: it allows this account's roles by their own policies, and the log service for the
 * workflow's log groups and for the state machine's log delivery.
 */
export function workflowKeyPolicy({ names, pipeline }: Named, accountId: string): Statement[] {
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
      // docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html, restricted to the log of this state machine.
      Sid: "DeliveryOfTheMachinesLog",
      Effect: "Allow",
      Principal: { Service: "delivery.logs.amazonaws.com" },
      Action: "kms:Decrypt",
      Resource: "*",
      Condition: { StringEquals: { "kms:EncryptionContext:SourceArn": logs } },
    },
  ];
}

function serveEvents({ names, pipeline }: Named, accountId: string): Statement[] {
  return [
    serveTopics({ names, pipeline }, accountId),
    ...(pipeline.uploads.trigger === "eventbridge" ? [serveRule({ names, pipeline }, accountId)] : []),
  ];
}

function serveTopics({ names, pipeline }: Named, accountId: string): Statement {
  return {
    // The ARN contains the account; AWS does not document that SNS also sends the account.
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
  };
}

/** AWS does not document that EventBridge also sends the account, which the rule's ARN contains. */
function serveRule({ names, pipeline }: Named, accountId: string): Statement {
  const rule = `arn:${names.partition}:events:${pipeline.region}:${accountId}:rule/${names.uploadsRule}`;
  return {
    Sid: "UploadsRuleReachesItsDeadLetters",
    Effect: "Allow",
    Principal: { Service: "events.amazonaws.com" },
    Action: USE,
    Resource: "*",
    Condition: { ArnEquals: { "aws:SourceArn": rule } },
  };
}

function logsOfTheFunctions({ names, pipeline }: Named, accountId: string): Statement {
  const { region } = pipeline;
  return {
    Sid: "LogsOfTheFunctions",
    Effect: "Allow",
    Principal: { Service: `logs.${region}.amazonaws.com` },
    Action: USE_FOR_LOGS,
    Resource: "*",
    Condition: {
      ArnLike: {
        "kms:EncryptionContext:aws:logs:arn": `arn:${names.partition}:logs:${region}:${accountId}:log-group:/aws/lambda/${names.prefix}-*`,
      },
    },
  };
}

function serveWatching({ names, pipeline }: Named, accountId: string): Statement[] {
  const { partition, prefix } = names;
  const at = (service: string) => `arn:${partition}:${service}:${pipeline.region}:${accountId}`;
  return [
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
 * Allows a function's role to use a key, only through the services that store its data.
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

/** Allows the same for the key of another stack, which is known only by its alias. */
export function useNamedKeyThrough(
  { pipeline, names }: Named,
  accountId: string,
  services: readonly string[],
): Statement[] {
  const { encryption, retiredKey, region } = pipeline;
  if (encryption === "sse-s3" && retiredKey !== true) return [];
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

/** Allows reading objects of an existing bucket that its owner's key encrypts. */
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
