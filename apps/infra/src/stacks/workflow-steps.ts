import { AnalysisTaskEnvironment, WorkflowEnvironment } from "@image-pipeline/schema/environment";
import type { WorkflowStep as StepName } from "@image-pipeline/schema/names";
import type { Construct } from "constructs";
import { type FunctionSettings, NodeFunction } from "../constructs/node-function.ts";
import type { Deployment, StackContext } from "../deployment.ts";
import type { HandlerZip } from "../handler-zips.ts";
import { toPascal } from "../names.ts";
import { readWithKey, useNamedKeyThrough } from "../policies/key-policy.ts";
import type { Statement } from "../policies/policy-document.ts";
import { readUploads } from "../policies/read-uploads.ts";
import {
  analysePolicy,
  inspectPolicy,
  publishPolicy,
  quarantinePolicy,
  renderPolicy,
} from "../policies/workflow-policy.ts";

/** Settings of the steps that read or tag a few objects, which need neither the memory nor the time of rendering. */
type StepSettings = Omit<FunctionSettings, "reservedConcurrency">;
const LIGHT: StepSettings = { memoryMegabytes: 512, timeoutSeconds: 30 };

/** The function of a step, as the state machine and the alarms need it. */
export interface WorkflowStep {
  name: string;
  functionName: string;
  /** The ARN of the function's alias. */
  arn: string;
  /** The ARN of the function, which executions that began before it had an alias invoke. */
  functionArn: string;
  timeoutSeconds: number;
}

export type StepsContext = StackContext & Pick<Deployment, "zips">;

/** Creates the functions of the steps that every image goes through, each with the permissions of its step only. */
export function createSteps(scope: Construct, context: StepsContext) {
  const { pipeline, accountId, zips } = context;
  const { workflow, uploads, presets, limits } = pipeline;
  const { processedBucket, uploadBucket, imageResultsTopic } = toArns(context);
  const environment = WorkflowEnvironment.encode({
    ...toVariables(context),
    PRESETS: presets,
    LIMITS: limits,
  });
  const { memoryMegabytes, timeoutSeconds } = workflow;
  const step = (name: StepName, settings: StepSettings, permissions: Statement[]) =>
    createStep(scope, context, { name, zip: zips.worker, environment, settings, permissions });
  return {
    inspect: step("inspect", LIGHT, [
      ...inspectPolicy(processedBucket),
      ...useNamedKeyThrough(context, accountId, ["s3"]),
    ]),
    render: step("render", { memoryMegabytes, timeoutSeconds }, [
      ...readUploads(uploadBucket, uploads.prefix),
      ...renderPolicy(processedBucket),
      ...useNamedKeyThrough(context, accountId, ["s3"]),
      ...readWithKey(uploads.existingBucketKeyArn, pipeline.region),
    ]),
    publish: step("publish", LIGHT, [
      ...publishPolicy({ processedBucket, imageResultsTopic }),
      ...useNamedKeyThrough(context, accountId, ["s3", "sns"]),
    ]),
  };
}

/** Creates the functions that analyse and quarantine an image; null if analysis is disabled. */
export function createModeration(scope: Construct, context: StepsContext) {
  const { pipeline, accountId, zips } = context;
  const { analysis, uploads, limits } = pipeline;
  if (!analysis.enabled) return null;
  const arns = toArns(context);
  const { labels, moderation, maxCallsPerImage, rules, memoryMegabytes, timeoutSeconds } = analysis;
  const ANALYSIS = { labels, moderation, maxCallsPerImage, rules };
  const environment = AnalysisTaskEnvironment.encode({ ...toVariables(context), ANALYSIS, LIMITS: limits });
  const calls = { labels: labels.enabled, moderation: moderation.enabled };
  const step = (name: StepName, settings: StepSettings, permissions: Statement[]) =>
    createStep(scope, context, { name, zip: zips.analyzer, environment, settings, permissions });
  return {
    analyse: step("analyse", { memoryMegabytes, timeoutSeconds }, [
      ...analysePolicy(arns, uploads.prefix, calls),
      ...useNamedKeyThrough(context, accountId, ["s3", "sns"]),
      ...readWithKey(uploads.existingBucketKeyArn, pipeline.region),
    ]),
    quarantine: step("quarantine", LIGHT, [
      ...quarantinePolicy(arns.processedBucket),
      ...useNamedKeyThrough(context, accountId, ["s3"]),
    ]),
  };
}

function toArns({ names, accountId }: StepsContext) {
  return {
    processedBucket: names.bucketArn(names.processedBucket(accountId)),
    uploadBucket: names.bucketArn(names.uploadBucket(accountId)),
    imageResultsTopic: names.topicArn(names.imageResultsTopic, accountId),
  };
}

function toVariables({ names, accountId, pipeline }: StepsContext) {
  return {
    UPLOAD_BUCKET: names.uploadBucket(accountId),
    UPLOAD_PREFIX: pipeline.uploads.prefix,
    PROCESSED_BUCKET: names.processedBucket(accountId),
    IMAGE_RESULTS_TOPIC_ARN: names.topicArn(names.imageResultsTopic, accountId),
  };
}

interface StepProps {
  name: StepName;
  zip: HandlerZip;
  environment: Record<string, string>;
  settings: StepSettings;
  permissions: Statement[];
}

function createStep(
  scope: Construct,
  context: StepsContext,
  { name, zip, environment, settings, permissions }: StepProps,
): WorkflowStep {
  const { pipeline, names } = context;
  const stepName = `${names.workflow}-${name}`;
  const functionName = names.workflowFunction(name);
  const { reservedConcurrency } = pipeline.workflow;
  const step = new NodeFunction(scope, toPascal(name), context, {
    functionName,
    description: `The step ${name} of the image workflow`,
    zip,
    handler: `index.${name}`,
    settings: { ...settings, reservedConcurrency },
    // As for the worker: half the memory at no cost in time.
    environment: { ...environment, MALLOC_ARENA_MAX: "2" },
    permissions,
    // Steps have no alarm of their own: their errors fail the execution, except rejections, which are no fault.
    rollbackAlarms: ["workflow-executions-failed"],
  });
  const { function: lambda, live } = step;
  const { timeoutSeconds } = settings;
  return { name: stepName, functionName, arn: live.arn, functionArn: lambda.arn, timeoutSeconds };
}
