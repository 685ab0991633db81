import { WORKFLOW_ERRORS } from "@image-pipeline/schema/workflow";
import type { Task } from "./states.ts";

/**
 * Transient errors of Lambda itself (docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html), and its errors for
 * a function that ran out of time or memory, or crashed.
 */
const LAMBDA_TROUBLE = [
  "Lambda.ServiceException",
  "Lambda.AWSLambdaException",
  "Lambda.SdkClientException",
  "Lambda.ClientExecutionTimeoutException",
  "Lambda.Unknown",
  "Sandbox.Timedout",
  "Runtime.ExitError",
  "States.Timeout",
];
/** Retries for about an hour while all of the function's executions are in use, since a burst may take that long. */
const TURN = {
  ErrorEquals: ["Lambda.TooManyRequestsException"],
  IntervalSeconds: 5,
  BackoffRate: 2,
  MaxDelaySeconds: 60,
  MaxAttempts: 60,
  JitterStrategy: "FULL",
} as const;

/** Five attempts in total, like the renditions queue. */
export const FUNCTION_RETRIES: Task<string>["Retry"] = [
  TURN,
  {
    ErrorEquals: [...WORKFLOW_ERRORS.transient, ...LAMBDA_TROUBLE],
    IntervalSeconds: 2,
    BackoffRate: 3,
    MaxDelaySeconds: 120,
    MaxAttempts: 4,
    JitterStrategy: "FULL",
  },
];

export const QUEUE_RETRIES: Task<string>["Retry"] = [
  {
    ErrorEquals: ["SQS.AmazonSQSException", "SQS.SdkClientException", "States.Timeout"],
    IntervalSeconds: 5,
    BackoffRate: 2,
    MaxDelaySeconds: 300,
    MaxAttempts: 12,
    JitterStrategy: "FULL",
  },
];
