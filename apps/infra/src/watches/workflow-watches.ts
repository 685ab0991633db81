import { functionWatches, type WatchedFunction } from "./function-watches.ts";
import { rejectionsWatch } from "./rejections-watch.ts";
import { ONE_MINUTE, type Watch } from "./watch.ts";

export interface WatchedWorkflow {
  machineArn: string;
  steps: readonly WatchedFunction[];
  /** The step that counts images. */
  publishFunction: string;
  maxRejectedPercent: number;
}

/**
 * Returns the watches of the workflow, without its queue and DLQ, which belong to the core stack. Errors of the step
 * functions have no watch: a rejected image is one and the state machine catches it; any other fails the execution.
 */
export function workflowWatches(workflow: WatchedWorkflow): Watch[] {
  const executions = (what: string, metric: string, meaning: string, isSevere: boolean): Watch => ({
    ...ONE_MINUTE,
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
    executions("TimedOut", "ExecutionsTimedOut", "A workflow execution timed out", true),
    executions("Aborted", "ExecutionsAborted", "A workflow execution was stopped by hand", true),
    executions(
      "Throttled",
      "ExecutionThrottled",
      "Step Functions throttles the workflow's state transitions",
      false,
    ),
    ...workflow.steps.flatMap(functionWatches).filter(({ section }) => section !== "function-errors"),
    rejectionsWatch("workflow", workflow.publishFunction, workflow.maxRejectedPercent),
  ];
}
