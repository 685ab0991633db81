import {
  AnalysisTaskEnvironment,
  type WorkflowStep as StepName,
  WorkflowEnvironment,
} from "@image-pipeline/schema/config";
import type { Construct } from "constructs";
import { toFunctionSettings, toRuntimeVariables } from "../constructs/function-settings.ts";
import { NodeFunction } from "../constructs/node-function.ts";
import type { SubscriberBasis } from "../constructs/subscriber-basis.ts";
import type { Deployment } from "../deployment.ts";
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

/** What reads or tags a few objects needs neither the memory nor the time of a rendering. */
const LIGHT = { memoryMegabytes: 512, timeoutSeconds: 30 };

/** A function that does a step, as the state machine and the alarms see it. */
export interface WorkflowStep {
  name: string;
  functionName: string;
  arn: string;
  timeoutSeconds: number;
}

export type StepsBasis = SubscriberBasis & Deployment;

/** The functions of the steps that every image goes through, each with the rights of its step alone. */
export function createSteps(scope: Construct, basis: StepsBasis) {
  const { pipeline, accountId, zips } = basis;
  const { workflow, uploads, presets, limits } = pipeline;
  const { processedBucket, uploadBucket, imageResultsTopic } = toArns(basis);
  const environment = WorkflowEnvironment.encode({ ...toPlaces(basis), PRESETS: presets, LIMITS: limits });
  const { memoryMegabytes, timeoutSeconds } = workflow;
  const step = (name: StepName, settings: typeof LIGHT, permissions: Statement[]) =>
    createStep(scope, basis, { name, zip: zips.worker, environment, settings, permissions });
  return {
    inspect: step("inspect", LIGHT, [
      ...inspectPolicy(processedBucket),
      ...useNamedKeyThrough(basis, accountId, ["s3"]),
    ]),
    render: step("render", { memoryMegabytes, timeoutSeconds }, [
      ...readUploads(uploadBucket, uploads.prefix),
      ...renderPolicy(processedBucket),
      ...useNamedKeyThrough(basis, accountId, ["s3"]),
      ...readWithKey(uploads.existingBucketKeyArn, pipeline.region),
    ]),
    publish: step("publish", LIGHT, [
      ...publishPolicy({ processedBucket, imageResultsTopic }),
      ...useNamedKeyThrough(basis, accountId, ["s3", "sns"]),
    ]),
  };
}

/** The functions that judge a picture and hide it; null where nothing is analysed. */
export function createModeration(scope: Construct, basis: StepsBasis) {
  const { pipeline, accountId, zips } = basis;
  const { analysis, uploads, limits } = pipeline;
  if (!analysis.enabled) return null;
  const arns = toArns(basis);
  const { labels, moderation, rules, memoryMegabytes, timeoutSeconds } = analysis;
  const ANALYSIS = { labels, moderation, rules };
  const environment = AnalysisTaskEnvironment.encode({ ...toPlaces(basis), ANALYSIS, LIMITS: limits });
  const calls = { labels: labels.enabled, moderation: moderation.enabled };
  const step = (name: StepName, settings: typeof LIGHT, permissions: Statement[]) =>
    createStep(scope, basis, { name, zip: zips.analyzer, environment, settings, permissions });
  return {
    analyse: step("analyse", { memoryMegabytes, timeoutSeconds }, [
      ...analysePolicy(arns, uploads.prefix, calls),
      ...useNamedKeyThrough(basis, accountId, ["s3", "sns"]),
      ...readWithKey(uploads.existingBucketKeyArn, pipeline.region),
    ]),
    quarantine: step("quarantine", LIGHT, [
      ...quarantinePolicy(arns.processedBucket),
      ...useNamedKeyThrough(basis, accountId, ["s3"]),
    ]),
  };
}

function toArns({ names, accountId }: StepsBasis) {
  return {
    processedBucket: names.bucketArn(names.processedBucket(accountId)),
    uploadBucket: names.bucketArn(names.uploadBucket(accountId)),
    imageResultsTopic: names.topicArn(names.imageResultsTopic, accountId),
  };
}

function toPlaces({ names, accountId }: StepsBasis) {
  return {
    PROCESSED_BUCKET: names.processedBucket(accountId),
    IMAGE_RESULTS_TOPIC_ARN: names.topicArn(names.imageResultsTopic, accountId),
  };
}

interface StepProps {
  name: StepName;
  zip: HandlerZip;
  environment: Record<string, string>;
  settings: typeof LIGHT;
  permissions: Statement[];
}

function createStep(
  scope: Construct,
  { pipeline, names, keyArn }: StepsBasis,
  { name, zip, environment, settings, permissions }: StepProps,
): WorkflowStep {
  const stepName = `${names.workflow}-${name}`;
  const functionName = names.workflowFunction(name);
  const { reservedConcurrency } = pipeline.workflow;
  const step = new NodeFunction(scope, toPascal(name), {
    functionName,
    description: `The step ${name} of the image workflow`,
    zip,
    handler: `index.${name}`,
    ...toFunctionSettings(pipeline, { ...settings, reservedConcurrency }),
    keyArn,
    // Only ever invoked by the state machine, which waits for its answer.
    deadLetterQueueArn: null,
    // The last is the worker's: half the memory at no cost in time.
    environment: { ...environment, ...toRuntimeVariables(pipeline), MALLOC_ARENA_MAX: "2" },
    permissions,
  });
  return { name: stepName, functionName, arn: step.function.arn, timeoutSeconds: settings.timeoutSeconds };
}
