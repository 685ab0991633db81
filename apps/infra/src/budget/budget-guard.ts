import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js";
import { LambdaEventSourceMapping } from "@cdktf/provider-aws/lib/lambda-event-source-mapping/index.js";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission/index.js";
import { BudgetEnvironment } from "@image-pipeline/schema/environment";
import { Construct, type IConstruct } from "constructs";
import {
  type FailureQueues,
  failureQueues,
  keepFailedInvocations,
} from "../constructs/asynchronous-invocation.ts";
import { NodeFunction } from "../constructs/node-function.ts";
import type { StackContext } from "../deployment.ts";
import type { HandlerZip } from "../handler-zips.ts";
import { toAlarm } from "../observability/alarm.ts";
import { useKeyThrough } from "../policies/key-policy.ts";
import { deadLettersWatch } from "../watches/queue-watches.ts";
import type { Watch } from "../watches/watch.ts";
import { budgetLimits } from "./budget-watches.ts";

const SETTINGS = { memoryMegabytes: 256, timeoutSeconds: 30, reservedConcurrency: null };

export interface BudgetGuardProps {
  zip: HandlerZip;
  /** The event source mappings that it turns off. */
  mappings: readonly LambdaEventSourceMapping[];
}

/** The function that stops every consumer when a budget is used up. It may turn these mappings off, and nothing else. */
export class BudgetGuard extends Construct {
  readonly queues: FailureQueues;
  readonly watches: readonly Watch[];
  readonly handler: NodeFunction;

  constructor(scope: Construct, id: string, context: StackContext, { zip, mappings }: BudgetGuardProps) {
    super(scope, id);
    const { names, pipeline, decryptionKeyArn } = context;
    this.queues = failureQueues(this, context, {
      functionName: names.budgetFunction,
      failureQueue: names.budgetFailureQueue,
      deadLetterQueue: names.budgetDeadLetterQueue,
    });
    const { failures, deadLetters } = this.queues;
    this.handler = new NodeFunction(this, "Handler", context, {
      functionName: names.budgetFunction,
      description: "Turns the event source mappings off when a budget is used up",
      zip,
      settings: SETTINGS,
      deadLetterQueueArn: deadLetters.queue.arn,
      environment: BudgetEnvironment.encode({ MAPPING_IDS: mappings.map(({ uuid }) => uuid) }),
      permissions: [
        {
          Sid: "StopMappings",
          Effect: "Allow",
          Action: "lambda:UpdateEventSourceMapping",
          Resource: mappings.map(({ arn }) => arn),
        },
        {
          Sid: "KeepFailedRuns",
          Effect: "Allow",
          Action: "sqs:SendMessage",
          Resource: [failures.queue.arn, deadLetters.queue.arn],
        },
        ...useKeyThrough(decryptionKeyArn, pipeline.region, ["sqs"]),
      ],
    });
    keepFailedInvocations(this, this.handler, this.queues);
    this.watches = [
      deadLettersWatch("budget-failures", names.budgetFailureQueue, "budget"),
      deadLettersWatch("budget-dead-letters", names.budgetDeadLetterQueue, "budget"),
    ];
  }
}

/** Returns the event source mappings in a scope. */
export function mappingsIn(scope: IConstruct): LambdaEventSourceMapping[] {
  return scope.node.findAll().filter((construct) => construct instanceof LambdaEventSourceMapping);
}

/**
 * Creates the alarms of the bounds that are reached. They notify people, whatever `alarms.enabled` says, and invoke the guard
 * (docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html).
 */
export function createBudgetLimits(
  scope: Construct,
  context: StackContext,
  { alarmsTopicArn, guard }: { alarmsTopicArn: string; guard: BudgetGuard | null },
): void {
  const { names, accountId } = context;
  for (const watch of budgetLimits(context)) {
    const alarm = new CloudwatchMetricAlarm(scope, watch.id, {
      ...toAlarm(watch, names.prefix),
      alarmActions: [alarmsTopicArn, ...(guard ? [guard.handler.live.arn] : [])],
    });
    if (guard)
      new LambdaPermission(guard, `Invoke${watch.id}`, {
        statementId: `Allow${watch.id}OfLive`,
        action: "lambda:InvokeFunction",
        functionName: guard.handler.live.functionName,
        qualifier: guard.handler.live.name,
        principal: "lambda.alarms.cloudwatch.amazonaws.com",
        sourceAccount: accountId,
        sourceArn: alarm.arn,
      });
  }
}
