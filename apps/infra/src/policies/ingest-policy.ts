import type { Statement } from "./policy-document.ts";

/** What ingest may do: publish events, and have Lambda put an invocation that failed for good where it is found. */
export function ingestPolicy(arns: { imageEventsTopic: string; failureQueues: string[] }): Statement[] {
  return [
    { Sid: "PublishImageEvents", Effect: "Allow", Action: "sns:Publish", Resource: arns.imageEventsTopic },
    {
      Sid: "KeepFailedInvocations",
      Effect: "Allow",
      Action: "sqs:SendMessage",
      Resource: arns.failureQueues,
    },
  ];
}
