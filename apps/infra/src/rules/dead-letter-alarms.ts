import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function/index.js";
import { LambdaFunctionEventInvokeConfig } from "@cdktf/provider-aws/lib/lambda-function-event-invoke-config/index.js";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription/index.js";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import type { TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import { resolved } from "../resolved.ts";
import type { Rule } from "./rule.ts";

/** A queue, its role as a DLQ, and its alarm. */
export interface WatchedQueue {
  queue: string;
  isDeadLetterQueue: boolean;
  /** True if it has its own DLQ. */
  hasDeadLetterQueue: boolean;
  /** True as well if the config leaves all alarms out. */
  hasDepthAlarm: boolean;
}

export const DEAD_LETTER_RULES: readonly Rule<WatchedQueue>[] = [
  {
    broken: ({ isDeadLetterQueue, hasDepthAlarm }) => isDeadLetterQueue && !hasDepthAlarm,
    because: ({ queue }) =>
      `${queue}: a DLQ needs an alarm on ApproximateNumberOfMessagesVisible: create it with a Subscriber, or return a deadLettersWatch from its construct`,
  },
  {
    broken: ({ isDeadLetterQueue, hasDeadLetterQueue }) => !isDeadLetterQueue && !hasDeadLetterQueue,
    because: ({ queue }) => `${queue}: a queue needs a DLQ, unless it is one`,
  },
];

export function toWatchedQueues(stack: TerraformStack, areAlarmsEnabled: boolean): WatchedQueue[] {
  const all = stack.node.findAll();
  const targets = JSON.stringify(all.flatMap(failuresOf).map((target) => resolved(stack, target)));
  const watched = all
    .filter((construct) => construct instanceof CloudwatchMetricAlarm)
    .filter((alarm) => alarm.metricNameInput === "ApproximateNumberOfMessagesVisible")
    .map((alarm) => alarm.dimensionsInput?.QueueName);
  return all
    .filter((construct) => construct instanceof SqsQueue)
    .map((queue) => ({
      queue: queue.nameInput ?? queue.node.path,
      isDeadLetterQueue: targets.includes(String(resolved(stack, queue.arn))),
      hasDeadLetterQueue: queue.redrivePolicyInput !== undefined,
      hasDepthAlarm: !areAlarmsEnabled || watched.includes(queue.nameInput),
    }));
}

/** Returns the queues to which a construct sends failed messages or events. */
function failuresOf(construct: IConstruct): unknown[] {
  if (construct instanceof SqsQueue) return [construct.redrivePolicyInput];
  if (construct instanceof SnsTopicSubscription) return [construct.redrivePolicyInput];
  if (construct instanceof LambdaFunction) return [construct.deadLetterConfigInput?.targetArn];
  if (construct instanceof LambdaFunctionEventInvokeConfig)
    return [construct.destinationConfigInput?.onFailure?.destination];
  return [];
}
