import type { Pipeline } from "./pipeline-config.ts";

/**
 * Every name that is known before anything exists. A stack, and a command of the operator, finds another's resources by
 * these alone, so that none reads the other's state.
 */
export function toNames({ name, environment, region, uploads }: Pipeline) {
  const prefix = `${name}-${environment}`;
  const partition = toPartition(region);
  const ingestFunction = `${prefix}-ingest`;
  return {
    partition,
    ingestFunction,
    function: (name: string) => `${prefix}-${name}`,
    /** The queue of a subscriber, and where what failed of it waits. */
    subscriberQueue: (subscriber: string) => `${prefix}-${subscriber}`,
    subscriberDeadLetterQueue: (subscriber: string) => `${prefix}-${subscriber}-dlq`,
    ingestFailureQueue: `${prefix}-ingest-failures`,
    ingestDeadLetterQueue: `${prefix}-ingest-dlq`,
    auditFunction: `${prefix}-audit`,
    auditFailureQueue: `${prefix}-audit-failures`,
    auditDeadLetterQueue: `${prefix}-audit-dlq`,
    imageEventsTopic: `${prefix}-image-events`,
    imageResultsTopic: `${prefix}-image-results`,
    /** Bucket names are shared by all of AWS: the account id makes them ours. */
    uploadBucket: (accountId: string) => uploads.existingBucket ?? `${prefix}-uploads-${accountId}`,
    processedBucket: (accountId: string) => `${prefix}-processed-${accountId}`,
    accessLogBucket: (accountId: string) => `${prefix}-access-logs-${accountId}`,
    keyAlias: `alias/${prefix}`,
    /** What the names of every resource of the environment begin with. */
    prefix,
    bucketArn: (bucket: string) => `arn:${partition}:s3:::${bucket}`,
    /** The subscriber whose queue feeds the workflow; its functions, machine and pipe bear the name too. */
    workflow: "workflow",
    queueArn: (queue: string, accountId: string) => `arn:${partition}:sqs:${region}:${accountId}:${queue}`,
    queueUrl: (queue: string, accountId: string) =>
      `https://sqs.${region}.${partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com"}/${accountId}/${queue}`,
    alarmsTopic: `${prefix}-alarms`,
    topicArn: (topic: string, accountId: string) => `arn:${partition}:sns:${region}:${accountId}:${topic}`,
    ingestFunctionArn: (accountId: string) =>
      `arn:${partition}:lambda:${region}:${accountId}:function:${ingestFunction}`,
  };
}
export type Names = ReturnType<typeof toNames>;

/** The part of AWS a region belongs to (docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html). */
function toPartition(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}
