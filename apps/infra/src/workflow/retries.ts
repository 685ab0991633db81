import { WORKFLOW_ERRORS } from "@image-pipeline/schema/processing";
import type { Task } from "./states.ts";

/**
 * What Lambda itself may answer for a while (docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html), and how
 * it says that a function was stopped for its time or its memory, or crashed.
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
/** Waiting for one of the function's executions, which are bounded: an hour, as a burst may take that long. */
const TURN = {
  ErrorEquals: ["Lambda.TooManyRequestsException"],
  IntervalSeconds: 5,
  BackoffRate: 2,
  MaxDelaySeconds: 60,
  MaxAttempts: 60,
  JitterStrategy: "FULL",
} as const;

/** As often as the renditions queue tries an image that fails: five times in all. */
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
