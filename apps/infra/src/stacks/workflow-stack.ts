import { workflowPatterns } from "@image-pipeline/schema/processing";
import { TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { EncryptionKey } from "../constructs/encryption-key.ts";
import { LoggedStateMachine } from "../constructs/logged-state-machine.ts";
import { QueuePipe } from "../constructs/queue-pipe.ts";
import type { Deployment } from "../deployment.ts";
import { toStackId } from "../names.ts";
import { WorkflowObservability } from "../observability/workflow-observability.ts";
import { workflowWatches } from "../observability/workflow-watches.ts";
import {
  createModeration,
  createSteps,
  type StepsBasis,
  type WorkflowStep,
} from "../parts/workflow-steps.ts";
import { useNamedKeyThrough, workflowKeyPolicy } from "../policies/key-policy.ts";
import {
  machinePolicy,
  pipePolicy,
  trustFor,
  useMachineKey,
  workflowArns,
} from "../policies/workflow-policy.ts";
import { imageWorkflow } from "../workflow/image-workflow.ts";
import { bindToAccount } from "./account.ts";

/**
 * The workflow for large images and those to be reviewed: a pipe from its queue, which is the core's, to a state machine, and
 * the functions of its steps. It finds what is the core's by name, and can be taken away and put back while uploads wait.
 */
export class WorkflowStack extends TerraformStack {
  constructor(scope: Construct, deployment: Deployment) {
    super(scope, toStackId("workflow", deployment.pipeline.environment));
    const accountId = bindToAccount(this, { ...deployment, rootFolder: "../../.." });
    const basis = { ...deployment, accountId, keyArn: createKey(this, deployment, accountId) };
    const steps = createSteps(this, basis);
    const moderation = createModeration(this, basis);
    const machineArn = createMachine(this, basis, { ...steps, moderation });
    createPipe(this, basis, machineArn);
    const { names, pipeline } = deployment;
    new WorkflowObservability(this, "Observability", {
      prefix: names.prefix,
      region: pipeline.region,
      alarmsTopicArn: names.topicArn(names.alarmsTopic, accountId),
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

/** A key of its own: the core's is known by its alias alone, which neither a log group nor a function takes. */
function createKey(stack: TerraformStack, deployment: Deployment, accountId: string): string | null {
  const { names, pipeline } = deployment;
  if (pipeline.encryption === "sse-s3") return null;
  return new EncryptionKey(stack, "Encryption", {
    aliasName: `${names.keyAlias}-${names.workflow}`,
    description: `What the workflow of ${names.prefix} keeps: executions, logs, variables`,
    policy: workflowKeyPolicy(deployment, accountId),
  }).arn;
}

type Steps = Record<"inspect" | "render" | "publish", WorkflowStep> & {
  moderation: Record<"analyse" | "quarantine", WorkflowStep> | null;
};

function createMachine(stack: TerraformStack, basis: StepsBasis, { moderation, ...steps }: Steps): string {
  const { names, pipeline, accountId, keyArn } = basis;
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
    trust: trustFor("states", arns.machine, accountId),
    permissions: [
      ...machinePolicy(
        [...Object.values(steps), ...Object.values(moderation ?? {})].map(({ arn }) => arn),
        names.queueArn(deadLetterQueue, accountId),
      ),
      ...useNamedKeyThrough(basis, accountId, ["sqs"]),
      ...useMachineKey(keyArn, arns.machine, arns.logs),
    ],
  });
  return machine.arn;
}

function createPipe(stack: TerraformStack, basis: StepsBasis, machineArn: string): void {
  const { names, pipeline, accountId } = basis;
  const { pipe } = workflowArns({ names, region: pipeline.region }, accountId);
  const queueArn = names.queueArn(names.subscriberQueue(names.workflow), accountId);
  new QueuePipe(stack, "Pipe", {
    name: names.function(names.workflow),
    description: "Uploads that go through the workflow, each into an execution of its own",
    queueArn,
    machineArn,
    patterns: workflowPatterns(pipeline.workflow),
    trust: trustFor("pipes", pipe, accountId),
    permissions: [...pipePolicy(queueArn, machineArn), ...useNamedKeyThrough(basis, accountId, ["sqs"])],
  });
}
