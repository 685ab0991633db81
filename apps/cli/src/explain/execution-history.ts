import {
  type HistoryEvent,
  paginateGetExecutionHistory,
  SFNClient,
  type SFNClientConfig,
} from "@aws-sdk/client-sfn";
import { toProgressText } from "@image-pipeline/local/execution-log";
import { SUBSCRIBERS } from "@image-pipeline/schema/names";
import type { LogLine } from "../logs/log-line.ts";

/** An image with more executions shows the newest. */
const MAX_EXECUTIONS = 5;

/** Reads the executions that log lines name, and returns their steps as lines like those of a local runtime's log. */
export async function executionLines(
  settings: SFNClientConfig,
  lines: readonly LogLine[],
): Promise<LogLine[]> {
  const named = lines.flatMap(({ fields: { execution } }) =>
    typeof execution === "string" ? [execution] : [],
  );
  const executions = [...new Set(named)].slice(-MAX_EXECUTIONS);
  if (executions.length === 0) return [];
  const client = new SFNClient(settings);
  try {
    const histories = executions.map(async (executionArn) => {
      const events: HistoryEvent[] = [];
      // The errors' names are wanted, but not the inputs and outputs, which the operator may have no key for.
      const request = { executionArn, includeExecutionData: false };
      for await (const page of paginateGetExecutionHistory({ client }, request))
        events.push(...(page.events ?? []));
      return toHistoryLines(executionArn, events);
    });
    return (await Promise.all(histories)).flat();
  } finally {
    client.destroy();
  }
}

/** Returns a line for each attempt of each task, and for the end of the execution. */
export function toHistoryLines(execution: string, events: readonly HistoryEvent[]): LogLine[] {
  const byId = new Map(events.map((event) => [event.id, event]));
  const start = events.find(({ type }) => type === "ExecutionStarted");
  return events.flatMap((event): LogLine[] => {
    const end = ENDS[event.type ?? ""];
    if (!end) return [];
    const chain = before(event, byId);
    const scheduled = chain.find(({ type = "" }) => /Scheduled$/.test(type)) ?? chain.at(-1);
    const began = end.isExecution ? start : scheduled;
    const state = end.isExecution ? null : stateOf(chain);
    const error = end.error(event);
    const milliseconds = (event.timestamp?.getTime() ?? 0) - (began?.timestamp?.getTime() ?? 0);
    return [
      {
        time: event.timestamp?.toISOString() ?? null,
        function: SUBSCRIBERS.workflow,
        level: error === null ? "INFO" : "ERROR",
        message: toProgressText({ state, error }),
        fields: { execution, state, milliseconds, ...(error !== null && { code: error }) },
      },
    ];
  });
}

interface End {
  isExecution: boolean;
  /** Returns the error's name; null for success. */
  error: (event: HistoryEvent) => string | null;
}

const succeeded = () => null;
const TASK = { isExecution: false };
const EXECUTION = { isExecution: true };
/** The events that end an attempt of a task, or an execution (docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html). */
const ENDS: Readonly<Record<string, End | undefined>> = {
  TaskSucceeded: { ...TASK, error: succeeded },
  TaskFailed: { ...TASK, error: ({ taskFailedEventDetails }) => taskFailedEventDetails?.error ?? "unknown" },
  TaskTimedOut: { ...TASK, error: () => "States.Timeout" },
  TaskSubmitFailed: {
    ...TASK,
    error: ({ taskSubmitFailedEventDetails }) => taskSubmitFailedEventDetails?.error ?? "unknown",
  },
  ExecutionSucceeded: { ...EXECUTION, error: succeeded },
  ExecutionFailed: {
    ...EXECUTION,
    error: ({ executionFailedEventDetails }) => executionFailedEventDetails?.error ?? "unknown",
  },
  ExecutionTimedOut: { ...EXECUTION, error: () => "States.Timeout" },
  ExecutionAborted: { ...EXECUTION, error: () => "aborted" },
};

/** Returns the events that led to one, the nearest first, back to the entry of its state. */
function before(event: HistoryEvent, byId: ReadonlyMap<number | undefined, HistoryEvent>): HistoryEvent[] {
  const chain: HistoryEvent[] = [];
  let one = byId.get(event.previousEventId);
  while (one) {
    chain.push(one);
    if (one.stateEnteredEventDetails) break;
    one = byId.get(one.previousEventId);
  }
  return chain;
}

function stateOf(chain: readonly HistoryEvent[]): string {
  return chain.at(-1)?.stateEnteredEventDetails?.name ?? "a step";
}
