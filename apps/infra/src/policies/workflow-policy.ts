import type { Names } from "../names.ts";
import { type AnalyzerArns, analyzerPolicy, tagRenditions } from "./analyzer-policy.ts";
import type { Statement } from "./policy-document.ts";
import { keepSecret, readSecret } from "./secret-policy.ts";

/** Returns the permissions of the first step: read the image's manifest, and the secret for the tag. */
export function inspectPolicy(processedBucket: string): Statement[] {
  return [
    {
      Sid: "ReadManifests",
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: `${processedBucket}/manifests/*`,
    },
    keepSecret(processedBucket),
    list(processedBucket, ["manifests/*"]),
  ];
}

/** Returns the permissions of the render step in the processed bucket: write renditions with their marks, no manifest. */
export function renderPolicy(processedBucket: string): Statement[] {
  return [
    {
      Sid: "PutRenditions",
      Effect: "Allow",
      Action: "s3:PutObject",
      Resource: `${processedBucket}/renditions/*`,
    },
    readSecret(processedBucket),
  ];
}

/** Returns the permissions of the last step: replace the manifest, expire old renditions, publish the result event. */
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
      Action: [
        "s3:GetObject",
        "s3:GetObjectTagging",
        "s3:PutObject",
        "s3:PutObjectTagging",
        "s3:DeleteObject",
      ],
      Resource: `${processedBucket}/renditions/*`,
    },
    list(processedBucket, ["manifests/*", "renditions/*"]),
    { Sid: "PublishResults", Effect: "Allow", Action: "sns:Publish", Resource: imageResultsTopic },
  ];
}

/** Returns the permissions of the analyse step: those of the analyzer without failure records, since it has no message. */
export function analysePolicy(
  arns: AnalyzerArns,
  uploadPrefix: string,
  calls: { labels: boolean; moderation: boolean },
): Statement[] {
  return analyzerPolicy(arns, uploadPrefix, calls).filter(({ Sid }) => Sid !== "KeepFailures");
}

/** Returns the permissions of the quarantine step: change the tags of renditions. */
export function quarantinePolicy(processedBucket: string): Statement[] {
  return [tagRenditions({ processedBucket }), list(processedBucket, ["renditions/*"])];
}

/** Allows listing, so that S3 answers 404 instead of 403 for a missing key; a read has no `s3:prefix`. */
function list(bucket: string, prefixes: string[]): Statement {
  return {
    Sid: "ListOwnPrefixes",
    Effect: "Allow",
    Action: "s3:ListBucket",
    Resource: bucket,
    Condition: { StringLikeIfExists: { "s3:prefix": prefixes } },
  };
}

/** Returns the state machine's permissions: invoke its steps, send failed events to the DLQ, write its log. */
export function machinePolicy(functionArns: readonly string[], deadLetterQueueArn: string): Statement[] {
  return [
    { Sid: "RunSteps", Effect: "Allow", Action: "lambda:InvokeFunction", Resource: functionArns },
    { Sid: "KeepFailed", Effect: "Allow", Action: "sqs:SendMessage", Resource: deadLetterQueueArn },
    {
      // None of these actions supports resources (docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html).
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
  ];
}

/** Allows the state machine to send traces; X-Ray supports no resources for these actions. */
export function traceExecutions(): Statement {
  return {
    Sid: "SendTraces",
    Effect: "Allow",
    Action: [
      "xray:GetSamplingRules",
      "xray:GetSamplingTargets",
      "xray:PutTelemetryRecords",
      "xray:PutTraceSegments",
    ],
    Resource: "*",
  };
}

/**
 * Returns the state machine's permissions for its key: encrypt and decrypt its executions and its log
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

/** Returns the pipe's permissions: consume its queue (docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-permissions.html) and start executions. */
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

/** Returns a trust policy that allows a service to assume a role only for one resource of one account. */
export function trustFor(
  service: "codedeploy" | "pipes" | "states",
  resourceArn: string,
  accountId: string,
): string {
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

/** Returns the ARNs that trust policies need before the resources exist. */
export function workflowArns({ names, region }: { names: Names; region: string }, accountId: string) {
  const at = (service: string) => `arn:${names.partition}:${service}:${region}:${accountId}`;
  const name = names.function(names.workflow);
  return {
    machine: `${at("states")}:stateMachine:${name}`,
    pipe: `${at("pipes")}:pipe/${name}`,
    /** The log service's identity when it decrypts a state machine's log. */
    logs: `${at("logs")}:*`,
    stepLogs: `${at("logs")}:log-group:/aws/lambda/${name}-*`,
    machineLog: `${at("logs")}:log-group:/aws/vendedlogs/states/${name}`,
  };
}
