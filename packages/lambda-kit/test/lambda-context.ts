import type { Context } from "aws-lambda";

/** The context of an invocation that has 5 seconds left. */
export const lambdaContext: Context = {
  callbackWaitsForEmptyEventLoop: true,
  functionName: "f",
  functionVersion: "1",
  invokedFunctionArn: "arn",
  memoryLimitInMB: "128",
  awsRequestId: "r",
  logGroupName: "g",
  logStreamName: "s",
  getRemainingTimeInMillis: () => 5_000,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
};
