import type { Names } from "../names.ts";
import { type AnalyzerArns, analyzerPolicy, tagRenditions } from "./analyzer-policy.ts";
import type { Statement } from "./policy-document.ts";

/** What the first step may do: look at the image's manifest. */
export function inspectPolicy(processedBucket: string): Statement[] {
  return [
    {
      Sid: "ReadManifests",
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: `${processedBucket}/manifests/*`,
    },
    list(processedBucket, ["manifests/*"]),
  ];
}

/** What the step that renders may do in the processed bucket: put renditions, and nothing that leads to them. */
export function renderPolicy(processedBucket: string): Statement[] {
  return [
    {
      Sid: "PutRenditions",
      Effect: "Allow",
      Action: "s3:PutObject",
      Resource: `${processedBucket}/renditions/*`,
    },
  ];
}

/** What the last step may do: replace the manifest, clear away what it leaves without one, and tell of it. */
export function publishPolicy({
  processedBucket,
  imageResultsTopic,
}: Pick<AnalyzerArns, "processedBucket" | "imageResultsTopic">): Statement[] {
  return [
    {
      Sid: "KeepManifests",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:PutObject"],
      Resource: `${processedBucket}/manifests/*`,
    },
    {
      Sid: "ClearRenditionsAway",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:PutObject", "s3:PutObjectTagging", "s3:DeleteObject"],
      Resource: `${processedBucket}/renditions/*`,
    },
    list(processedBucket, ["manifests/*", "renditions/*"]),
    { Sid: "PublishResults", Effect: "Allow", Action: "sns:Publish", Resource: imageResultsTopic },
  ];
}

/** What the step that judges may do: all that the analyzer may, but for notes on a message, as there is none. */
export function analysePolicy(
  arns: AnalyzerArns,
  uploadPrefix: string,
  calls: { labels: boolean; moderation: boolean },
): Statement[] {
  return analyzerPolicy(arns, uploadPrefix, calls).filter(({ Sid }) => Sid !== "KeepFailures");
}

/** What the step that hides may do: change the tags of renditions. */
export function quarantinePolicy(processedBucket: string): Statement[] {
  return [tagRenditions({ processedBucket }), list(processedBucket, ["renditions/*"])];
}

/** Listing is what makes S3 answer 404, not 403, for a key that is not there; a read has no prefix of its own. */
function list(bucket: string, prefixes: string[]): Statement {
  return {
    Sid: "ListOwnPrefixes",
    Effect: "Allow",
    Action: "s3:ListBucket",
    Resource: bucket,
    Condition: { StringLikeIfExists: { "s3:prefix": prefixes } },
  };
}

/** What the state machine may do: run its steps, keep what failed, and write its log and traces. */
export function machinePolicy(functionArns: readonly string[], deadLetterQueueArn: string): Statement[] {
  return [
    { Sid: "RunSteps", Effect: "Allow", Action: "lambda:InvokeFunction", Resource: functionArns },
    { Sid: "KeepFailed", Effect: "Allow", Action: "sqs:SendMessage", Resource: deadLetterQueueArn },
    {
      // None of them has a resource to narrow it to (docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html).
      Sid: "DeliverLog",
      Effect: "Allow",
      Action: [
        "logs:CreateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:DescribeLogGroups",
        "logs:DescribeResourcePolicies",
        "logs:GetLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:UpdateLogDelivery",
      ],
      Resource: "*",
    },
    {
      Sid: "SendTraces",
      Effect: "Allow",
      Action: [
        "xray:GetSamplingRules",
        "xray:GetSamplingTargets",
        "xray:PutTelemetryRecords",
        "xray:PutTraceSegments",
      ],
      Resource: "*",
    },
  ];
}

/**
 * What the state machine may do with its key: open and close its executions, and what it hands to its log
 * (docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html).
 */
export function useMachineKey(keyArn: string | null, machineArn: string, logs: string): Statement[] {
  if (keyArn === null) return [];
  return [
    {
      Sid: "UseKeyForExecutions",
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: keyArn,
      Condition: { StringEquals: { "kms:EncryptionContext:aws:states:stateMachineArn": machineArn } },
    },
    {
      Sid: "UseKeyForLog",
      Effect: "Allow",
      Action: "kms:GenerateDataKey",
      Resource: keyArn,
      Condition: { StringEquals: { "kms:EncryptionContext:SourceArn": logs } },
    },
  ];
}

/** What the pipe may do: empty its queue (docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-permissions.html), and start executions. */
export function pipePolicy(queueArn: string, machineArn: string): Statement[] {
  return [
    {
      Sid: "EmptyQueue",
      Effect: "Allow",
      Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
      Resource: queueArn,
    },
    { Sid: "StartExecutions", Effect: "Allow", Action: "states:StartExecution", Resource: machineArn },
  ];
}

/** A service may assume a role for one resource of one account, so that nobody else's can make it act for them. */
export function trustFor(service: "states" | "pipes", resourceArn: string, accountId: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: `${service}.amazonaws.com` },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "aws:SourceAccount": accountId },
          ArnEquals: { "aws:SourceArn": resourceArn },
        },
      },
    ],
  });
}

/** The ARNs that a trust names before its resource is there. */
export function workflowArns({ names, region }: { names: Names; region: string }, accountId: string) {
  const at = (service: string) => `arn:${names.partition}:${service}:${region}:${accountId}`;
  const name = names.function(names.workflow);
  return {
    machine: `${at("states")}:stateMachine:${name}`,
    pipe: `${at("pipes")}:pipe/${name}`,
    /** What the log service names itself by when it opens what a state machine logs. */
    logs: `${at("logs")}:*`,
    stepLogs: `${at("logs")}:log-group:/aws/lambda/${name}-*`,
    machineLog: `${at("logs")}:log-group:/aws/vendedlogs/states/${name}`,
  };
}
