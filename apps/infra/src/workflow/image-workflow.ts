import { WORKFLOW_ERRORS } from "@image-pipeline/schema/workflow";
import { FUNCTION_RETRIES, QUEUE_RETRIES } from "./retries.ts";
import { branch, type StateMachine, stateMachine, type Task } from "./states.ts";

/** The function of a step and its timeout. */
export interface Step {
  arn: string;
  timeoutSeconds: number;
}

export interface ImageWorkflowProps {
  /** `aws`, or another AWS partition. */
  partition: string;
  inspect: Step;
  render: Step;
  publish: Step;
  /** The steps that analyse and quarantine an image; null if analysis is disabled. */
  moderation: { analyse: Step; quarantine: Step } | null;
  deadLetterQueueUrl: string;
}

/** Lambda stops a function at its timeout; the state waits slightly longer to receive that error. */
const SLACK_SECONDS = 15;
const SEND_SECONDS = 30;
/** Catches every other error: an execution never ends without its event in the DLQ. */
const OTHERWISE = { ErrorEquals: ["States.ALL"], ResultPath: "$.failure", Next: "KeepFailed" } as const;
/** Catches permanent errors, which are published as a result. */
const PERMANENT = { ErrorEquals: WORKFLOW_ERRORS.permanent, ResultPath: "$.failure" } as const;
/** Permanent errors of the analysis: an image that cannot be analysed is superseded, never rejected. */
const [, ...SUPERSEDED] = WORKFLOW_ERRORS.permanent;

/**
 * Returns the state machine for one image, from a message of the workflow's queue to its result event. Readers find no
 * rendition before `Publish`: no manifest contains their keys until then.
 */
export function imageWorkflow(props: ImageWorkflowProps): StateMachine {
  const { moderation } = props;
  const head = {
    Comment: "An image is inspected, rendered and analysed before readers can find it",
    StartAt: "Receive",
  } as const;
  if (!moderation)
    return stateMachine({
      ...head,
      States: { ...inspectStates(props), ...workState(props, "Publish"), ...endStates(props) },
    });
  return stateMachine({
    ...head,
    States: {
      ...inspectStates(props),
      ...workState(props, "IsItFit"),
      ...moderationStates(props, moderation.quarantine),
      ...endStates(props),
    },
  });
}

function inspectStates({ partition, inspect }: ImageWorkflowProps) {
  return {
    Receive: {
      Type: "Pass",
      Comment: "The pipe hands over a list of one message",
      Parameters: { "message.$": "$[0]" },
      Next: "Inspect",
    },
    Inspect: {
      ...toInvocation(partition, inspect, { "message.$": "$.message" }),
      ResultSelector: { "decision.$": "$.Payload.decision", "job.$": "$.Payload.job" },
      ResultPath: "$.inspection",
      Catch: [OTHERWISE],
      Next: "IsThereWork",
    },
    IsThereWork: {
      Type: "Choice",
      Choices: [{ And: [{ Variable: "$.inspection.decision", StringEquals: "process" }], Next: "Work" }],
      Default: "NothingToRender",
    },
    NothingToRender: {
      Type: "Pass",
      Comment: "A duplicate sends its result event again; a stale event only removes its own renditions",
      Result: { rendered: { nothing: true } },
      ResultPath: "$.work",
      Next: "Publish",
    },
  } as const;
}

function workState<const After extends string>(props: ImageWorkflowProps, after: After) {
  const { moderation } = props;
  return {
    Work: {
      Type: "Parallel",
      Branches: [renderBranch(props), ...(moderation ? [analyseBranch(props, moderation.analyse)] : [])],
      ResultSelector: { "rendered.$": "$[0]", ...(moderation && { "analysis.$": "$[1]" }) },
      ResultPath: "$.work",
      Catch: [OTHERWISE],
      Next: after,
    },
  } as const;
}

/** Quarantine comes before `Publish`, so that no manifest ever points to renditions that are not quarantined yet. */
function moderationStates({ partition }: ImageWorkflowProps, quarantine: Step) {
  const verdict = "$.work.analysis.verdict";
  return {
    IsItFit: {
      Type: "Choice",
      Choices: [
        {
          And: [
            { Variable: verdict, IsPresent: true },
            { Variable: verdict, StringEquals: "quarantine" },
          ],
          Next: "Quarantine",
        },
      ],
      Default: "Publish",
    },
    Quarantine: {
      ...toInvocation(partition, quarantine, { "job.$": "$.inspection.job", "work.$": "$.work" }),
      ResultPath: null,
      Catch: [OTHERWISE],
      Next: "Publish",
    },
  } as const;
}

function endStates({ partition, publish, deadLetterQueueUrl }: ImageWorkflowProps) {
  return {
    Publish: {
      ...toInvocation(partition, publish, { "job.$": "$.inspection.job", "work.$": "$.work" }),
      OutputPath: "$.Payload",
      Catch: [OTHERWISE],
      End: true,
    },
    KeepFailed: {
      Type: "Task",
      Comment: "The event as it came, for dlq to show and redrive",
      Resource: `arn:${partition}:states:::sqs:sendMessage`,
      Parameters: {
        QueueUrl: deadLetterQueueUrl,
        "MessageBody.$": "$.message.body",
        MessageAttributes: {
          errorCode: { DataType: "String", "StringValue.$": "$.failure.Error" },
          execution: { DataType: "String", "StringValue.$": "$$.Execution.Id" },
        },
      },
      ResultPath: null,
      TimeoutSeconds: SEND_SECONDS,
      Retry: QUEUE_RETRIES,
      Next: "Failed",
    },
    Failed: {
      Type: "Fail",
      Error: "IMAGE_FAILED",
      Cause: "The image's event is in the workflow's dead-letter queue, with the error's name",
    },
  } as const;
}

type Payload = Record<string, string>;

/** The task's log names its execution, by which `npx pipeline explain` finds the history. */
function toInvocation(partition: string, { arn, timeoutSeconds }: Step, Payload: Payload) {
  return {
    Type: "Task",
    Resource: `arn:${partition}:states:::lambda:invoke`,
    Parameters: { FunctionName: arn, Payload: { ...Payload, "execution.$": "$$.Execution.Id" } },
    TimeoutSeconds: timeoutSeconds + SLACK_SECONDS,
    Retry: FUNCTION_RETRIES,
  } satisfies Partial<Task<string>>;
}

function renderBranch({ partition, render }: ImageWorkflowProps) {
  return branch({
    StartAt: "Render",
    States: {
      Render: {
        ...toInvocation(partition, render, { "job.$": "$.inspection.job" }),
        OutputPath: "$.Payload",
        Catch: [{ ...PERMANENT, Next: "NotRendered" }],
        End: true,
      },
      NotRendered: {
        Type: "Pass",
        Comment: "Publish makes a rejected manifest of it, or lets the newer event do the work",
        Parameters: { "failure.$": "$.failure" },
        End: true,
      },
    },
  });
}

function analyseBranch({ partition }: ImageWorkflowProps, analyse: Step) {
  return branch({
    StartAt: "Analyse",
    States: {
      Analyse: {
        ...toInvocation(partition, analyse, { "job.$": "$.inspection.job" }),
        OutputPath: "$.Payload",
        Catch: [{ ...PERMANENT, ErrorEquals: SUPERSEDED, Next: "NotAnalysed" }],
        End: true,
      },
      NotAnalysed: { Type: "Pass", Parameters: { "failure.$": "$.failure" }, End: true },
    },
  });
}
