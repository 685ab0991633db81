import { workflowPatterns } from "@image-pipeline/schema/workflow";
import { TerraformOutput, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { LoggedStateMachine } from "../constructs/logged-state-machine.ts";
import { QueuePipe } from "../constructs/queue-pipe.ts";
import type { Deployment } from "../deployment.ts";
import { toStackId } from "../names.ts";
import { renderWatches } from "../observability/render-watches.ts";
import { useNamedKeyThrough, workflowKeyPolicy } from "../policies/key-policy.ts";
import {
  machinePolicy,
  pipePolicy,
  traceExecutions,
  trustFor,
  useMachineKey,
  workflowArns,
} from "../policies/workflow-policy.ts";
import { workflowWatches } from "../watches/workflow-watches.ts";
import { imageWorkflow } from "../workflow/image-workflow.ts";
import { bindToAccount } from "./bind-to-account.ts";
import { createKey, toKeyArns } from "./create-key.ts";
import { createModeration, createSteps, type StepsContext, type WorkflowStep } from "./workflow-steps.ts";

/**
 * The workflow for large images and for those to be reviewed: a pipe from its queue to a state machine, and the functions of
 * its steps. The queue belongs to the core stack, which this stack refers to by names, so that it can be removed and deployed
 * again while uploads wait.
 */
export class WorkflowStack extends TerraformStack {
  constructor(scope: Construct, deployment: Deployment) {
    super(scope, toStackId("workflow", deployment.pipeline.environment));
    const accountId = bindToAccount(this, deployment);
    const context = {
      ...deployment,
      accountId,
      ...toKeyArns(createWorkflowKey(this, deployment, accountId)),
    };
    const steps = createSteps(this, context);
    const moderation = createModeration(this, context);
    const machineArn = createMachine(this, context, { ...steps, moderation });
    createPipe(this, context, machineArn);
    const { names, pipeline } = deployment;
    renderWatches(new Construct(this, "Observability"), {
      prefix: names.prefix,
      pipeline,
      name: names.function(names.workflow),
      alarmsTopicArn: names.topicArn(names.alarmsTopic, accountId),
      unhealthy: "The workflow fails images",
      watches: workflowWatches({
        machineArn,
        steps: [...Object.values(steps), ...Object.values(moderation ?? {})],
        publishFunction: steps.publish.functionName,
        maxRejectedPercent: pipeline.alarms.maxRejectedPercent,
      }),
    });
    new TerraformOutput(this, "state_machine_arn", { value: machineArn, staticId: true });
  }
}

/** Creates the workflow's own key: log groups and functions do not accept an alias, by which the core's key is known here. */
function createWorkflowKey(stack: TerraformStack, deployment: Deployment, accountId: string) {
  const { names, pipeline } = deployment;
  return createKey(stack, pipeline, {
    aliasName: `${names.keyAlias}-${names.workflow}`,
    description: `Encrypts executions, logs and variables of the workflow of ${names.prefix}`,
    policy: workflowKeyPolicy(deployment, accountId),
  });
}

type Steps = Record<"inspect" | "render" | "publish", WorkflowStep> & {
  moderation: Record<"analyse" | "quarantine", WorkflowStep> | null;
};

function createMachine(
  stack: TerraformStack,
  context: StepsContext,
  { moderation, ...steps }: Steps,
): string {
  const { names, pipeline, accountId, keyArn, decryptionKeyArn } = context;
  const arns = workflowArns({ names, region: pipeline.region }, accountId);
  const deadLetterQueue = names.subscriberDeadLetterQueue(names.workflow);
  const { machine } = new LoggedStateMachine(stack, "StateMachine", {
    name: names.function(names.workflow),
    definition: imageWorkflow({
      partition: names.partition,
      ...steps,
      moderation,
      deadLetterQueueUrl: names.queueUrl(deadLetterQueue, accountId),
    }),
    keyArn,
    logRetentionDays: pipeline.logRetentionDays,
    isTraced: pipeline.xray,
    trust: trustFor("states", arns.machine, accountId),
    permissions: [
      ...machinePolicy(
        [...Object.values(steps), ...Object.values(moderation ?? {})].flatMap(({ arn, functionArn }) => [
          functionArn,
          arn,
        ]),
        names.queueArn(deadLetterQueue, accountId),
      ),
      ...(pipeline.xray ? [traceExecutions()] : []),
      ...useNamedKeyThrough(context, accountId, ["sqs"]),
      ...useMachineKey(decryptionKeyArn, arns.machine, arns.logs),
    ],
  });
  return machine.arn;
}

function createPipe(stack: TerraformStack, context: StepsContext, machineArn: string): void {
  const { names, pipeline, accountId } = context;
  const { pipe } = workflowArns({ names, region: pipeline.region }, accountId);
  const queueArn = names.queueArn(names.subscriberQueue(names.workflow), accountId);
  new QueuePipe(stack, "Pipe", {
    name: names.function(names.workflow),
    description: "Starts a workflow execution for each upload",
    queueArn,
    machineArn,
    patterns: workflowPatterns(pipeline.workflow),
    trust: trustFor("pipes", pipe, accountId),
    permissions: [...pipePolicy(queueArn, machineArn), ...useNamedKeyThrough(context, accountId, ["sqs"])],
  });
}
