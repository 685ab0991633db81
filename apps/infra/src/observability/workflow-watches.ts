import { functionWatches, type WatchedFunction } from "./function-watches.ts";
import { rejections } from "./pipeline-watches.ts";
import type { Watch } from "./watch.ts";

const AT_ONCE = { periodSeconds: 60, periods: { reached: 1, of: 1 } };

export interface WatchedWorkflow {
  machineArn: string;
  steps: readonly WatchedFunction[];
  /** The step that counts images. */
  publishFunction: string;
  maxRejectedPercent: number;
}

/**
 * Everything that is watched of the workflow; its queue and its DLQ are the core's. Errors of its functions are not by
 * themselves: a rejected picture is one, which the machine catches, and whatever it does not is a failed execution.
 */
export function workflowWatches(workflow: WatchedWorkflow): Watch[] {
  const executions = (what: string, metric: string, meaning: string, isSevere: boolean): Watch => ({
    ...AT_ONCE,
    id: `Executions${what}`,
    name: `workflow-executions-${metric.replace("Executions", "").replace("Execution", "").toLowerCase()}`,
    meaning,
    section: "workflow-executions",
    isSevere,
    measure: {
      namespace: "AWS/States",
      name: metric,
      statistic: "Sum",
      dimensions: { StateMachineArn: workflow.machineArn },
    },
    threshold: 1,
  });
  return [
    executions("Failed", "ExecutionsFailed", "An image failed in the workflow", true),
    executions("TimedOut", "ExecutionsTimedOut", "An execution of the workflow ended by its time-out", true),
    executions("Aborted", "ExecutionsAborted", "Somebody stopped an execution of the workflow", true),
    executions(
      "Throttled",
      "ExecutionThrottled",
      "Step Functions throttles the workflow's transitions",
      false,
    ),
    ...workflow.steps.flatMap(functionWatches).filter(({ section }) => section !== "function-errors"),
    rejections("workflow", workflow.publishFunction, workflow.maxRejectedPercent),
  ];
}
