import type { Pipeline } from "./pipeline-config.ts";

/** The functions outside the workflow: `FUNCTIONS.worker` is the end of the worker's name. */
export const FUNCTIONS = {
  ingest: "ingest",
  worker: "worker",
  backfill: "backfill",
  analyzer: "analyzer",
  audit: "audit",
  resolver: "resolver",
  budget: "budget",
} as const;

/** The alias of every function's deployed version: everything that invokes a function names it. */
export const LIVE_ALIAS = "live";

/** The pipeline's own subscribers, each with a queue; the workflow's functions, state machine and pipe have its name too. */
export const SUBSCRIBERS = {
  renditions: "renditions",
  backfill: "backfill",
  analysis: "analysis",
  workflow: "workflow",
  invalidation: "invalidation",
  /** With a name behind it for each webhook. */
  webhook: "webhook",
} as const;

/** A step of the workflow, which is a function. */
export type WorkflowStep = "inspect" | "render" | "analyse" | "quarantine" | "publish";

/**
 * Returns every name that is known before anything is deployed. Stacks and commands find each other's resources by these
 * names alone, so that none reads the other's state.
 */
export function toNames({ name, environment, region, uploads }: Pipeline) {
  const prefix = `${name}-${environment}`;
  const partition = toPartition(region);
  const ingestFunction = `${prefix}-${FUNCTIONS.ingest}`;
  return {
    partition,
    ingestFunction,
    function: (name: string) => `${prefix}-${name}`,
    workflowFunction: (step: WorkflowStep) => `${prefix}-${SUBSCRIBERS.workflow}-${step}`,
    /** The queue of a subscriber, and the dead-letter queue of that queue. */
    subscriberQueue: (subscriber: string) => `${prefix}-${subscriber}`,
    subscriberDeadLetterQueue: (subscriber: string) => `${prefix}-${subscriber}-dlq`,
    ingestFailureQueue: `${prefix}-ingest-failures`,
    ingestDeadLetterQueue: `${prefix}-ingest-dlq`,
    /** The EventBridge rule for uploads, if they are not notified. */
    uploadsRule: `${prefix}-uploads`,
    auditFunction: `${prefix}-${FUNCTIONS.audit}`,
    auditFailureQueue: `${prefix}-audit-failures`,
    auditDeadLetterQueue: `${prefix}-audit-dlq`,
    budgetFunction: `${prefix}-${FUNCTIONS.budget}`,
    budgetFailureQueue: `${prefix}-budget-failures`,
    budgetDeadLetterQueue: `${prefix}-budget-dlq`,
    imageEventsTopic: `${prefix}-image-events`,
    imageResultsTopic: `${prefix}-image-results`,
    /** Bucket names are unique in all of AWS: the account id makes them so. */
    uploadBucket: (accountId: string) => uploads.existingBucket ?? `${prefix}-uploads-${accountId}`,
    processedBucket: (accountId: string) => `${prefix}-processed-${accountId}`,
    accessLogBucket: (accountId: string) => `${prefix}-access-logs-${accountId}`,
    edgeLogBucket: (accountId: string) => `${prefix}-edge-logs-${accountId}`,
    distributionArn: (id: string, accountId: string) =>
      `arn:${partition}:cloudfront::${accountId}:distribution/${id}`,
    keyAlias: `alias/${prefix}`,
    /** The permissions boundary of the roles, a policy of image-pipeline-ci. */
    boundaryPolicy: `${prefix}-boundary`,
    /** The beginning of every resource name of the environment. */
    prefix,
    bucketArn: (bucket: string) => `arn:${partition}:s3:::${bucket}`,
    workflow: SUBSCRIBERS.workflow,
    queueArn: (queue: string, accountId: string) => `arn:${partition}:sqs:${region}:${accountId}:${queue}`,
    queueUrl: (queue: string, accountId: string) =>
      `https://sqs.${region}.amazonaws.com/${accountId}/${queue}`,
    alarmsTopic: `${prefix}-alarms`,
    topicArn: (topic: string, accountId: string) => `arn:${partition}:sns:${region}:${accountId}:${topic}`,
    functionArn: (functionName: string, accountId: string) =>
      `arn:${partition}:lambda:${region}:${accountId}:function:${functionName}`,
  };
}
export type Names = ReturnType<typeof toNames>;

/** Returns the AWS partition of a region (docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html). */
function toPartition(region: string): string {
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}
