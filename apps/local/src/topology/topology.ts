import type { EventPattern } from "@image-pipeline/schema/aws";
import type { Definition } from "./definition.ts";
import type { Distribution } from "./distribution.ts";

/** The account id of all local resources. */
export const LOCAL_ACCOUNT_ID = "000000000000";

/** The resources of the stacks that have an effect here; every name, ARN and URL is complete. */
export interface Topology {
  region: string;
  buckets: readonly string[];
  topics: readonly Topic[];
  queues: readonly Queue[];
  subscriptions: readonly Subscription[];
  functions: readonly LambdaFunction[];
  mappings: readonly Mapping[];
  notifications: readonly Notification[];
  eventRules: readonly EventRule[];
  schedules: readonly Schedule[];
  stateMachines: readonly StateMachine[];
  pipes: readonly Pipe[];
  distributions: readonly Distribution[];
}

export interface Topic {
  name: string;
  arn: string;
}

export interface Queue {
  name: string;
  arn: string;
  url: string;
  visibilityTimeoutSeconds: number;
  retentionSeconds: number;
  delaySeconds: number;
  receiveWaitSeconds: number;
  redrive: { deadLetterQueueArn: string; maxReceiveCount: number } | null;
}

/** A queue's subscription to a topic; the policies are JSON text, as in SNS's API. */
export interface Subscription {
  topicArn: string;
  queueArn: string;
  rawMessageDelivery: boolean;
  filterPolicy: string | null;
  filterPolicyScope: string | null;
  redrivePolicy: string | null;
}

export interface LambdaFunction {
  name: string;
  arn: string;
  roleArn: string;
  zipPath: string;
  handler: string;
  environment: Readonly<Record<string, string>>;
  timeoutSeconds: number;
  memoryMegabytes: number;
  /** Null when the function shares the account's unreserved concurrency. */
  reservedConcurrency: number | null;
  asynchronous: AsynchronousSettings;
}

/** Retries and destinations of an asynchronous invocation that fails (docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html). */
export interface AsynchronousSettings {
  maximumRetryAttempts: number;
  maximumEventAgeSeconds: number;
  /** The queue for the invocation record. */
  onFailureArn: string | null;
  /** The queue for the event itself (`dead_letter_config`). */
  deadLetterArn: string | null;
}

/** A queue that Lambda polls for a function. */
export interface Mapping {
  queueArn: string;
  functionName: string;
  batchSize: number;
  windowSeconds: number;
  maximumConcurrency: number | null;
  reportsBatchItemFailures: boolean;
}

/** A bucket's notification: the events that invoke a function. Prefix and suffix are compared with the decoded key. */
export interface Notification {
  id: string;
  bucket: string;
  functionName: string;
  events: readonly string[];
  prefix: string;
  suffix: string;
}

/** A rule of EventBridge for the events of buckets, and its function. */
export interface EventRule {
  name: string;
  functionName: string;
  /** The buckets that send their events to EventBridge. */
  buckets: readonly string[];
  pattern: EventPattern;
  /** The beginning of the keys that the pattern accepts. */
  prefix: string;
}

/** A function that a schedule or an alarm invokes. Neither happens here; the function can be invoked by hand. */
export interface Schedule {
  functionName: string;
}

/** A Step Functions state machine. */
export interface StateMachine {
  name: string;
  arn: string;
  roleArn: string;
  definition: Definition;
}

/** An EventBridge pipe from a queue to a state machine, one message at a time. */
export interface Pipe {
  name: string;
  roleArn: string;
  queueArn: string;
  stateMachineArn: string;
  /** A message that matches any of these starts an execution. */
  patterns: readonly EventPattern[];
}

/** A function's name without the part that all functions share: `worker` for `image-pipeline-local-worker`. */
export function toShortName(name: string, functions: readonly Pick<LambdaFunction, "name">[]): string {
  const parts = functions.map((lambda) => lambda.name.split("-"));
  const [first = []] = parts;
  const shared = first.findIndex((part, index) => parts.some((other) => other[index] !== part));
  return name.split("-").slice(Math.max(0, shared)).join("-");
}

/** Returns the name in what an invocation names: a function's name or ARN, which may end in a version or an alias. */
export function toFunctionName(named: string): string {
  return /(?:^|:function:)([\w-]+)(?::[\w$-]+)?$/.exec(named)?.[1] ?? named;
}
