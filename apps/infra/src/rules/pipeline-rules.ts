import { LARGEST_FILTERED_NUMBER } from "@image-pipeline/schema/aws";
import type { Deployment } from "../deployment.ts";
import { uploadsPattern } from "../stacks/bridged-uploads.ts";
import type { Rule } from "./rule.ts";

/** SQS keeps a message at most 14 days, including its time in the DLQ; after a redrive, 7 more in the queue. */
const LATEST_EVENT_DAYS = 14 + 7;
/** Memory of Node.js and the handler, and of the process that renders before it has an image. */
const IDLE_MEBIBYTES = 128;
const MEBIBYTE = 2 ** 20;
/** docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const MAX_KEY_BYTES = 1024;
/** The quota of a pattern's size (docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html). */
const MAX_PATTERN_CHARACTERS = 2048;
/** Longer than which no bucket's name is. */
const LONGEST_BUCKET = "b".repeat(63);
/** Environments by these names, or that begin with them, are in production. */
const PRODUCTION = /^(prod|production|live)(-|$)/;

/** Rules between settings; the schema checks each setting's own bounds. */
export const PIPELINE_RULES: readonly Rule<Deployment>[] = [
  {
    broken: ({ pipeline }) => neededMegabytes(pipeline) > pipeline.worker.memoryMegabytes,
    because: ({ pipeline }) =>
      `worker.memoryMegabytes is ${pipeline.worker.memoryMegabytes}; it must be at least ${neededMegabytes(pipeline)}, because limits.maxRenderMemoryBytes is ${pipeline.limits.maxRenderMemoryBytes} and limits.maxBytes is ${pipeline.limits.maxBytes}`,
  },
  {
    broken: ({ pipeline: { limits } }) => limits.maxRenderMemoryBytes < leastRenderBytes(limits),
    because: ({ pipeline: { limits } }) =>
      `limits.maxRenderMemoryBytes is ${limits.maxRenderMemoryBytes}; it must be at least ${leastRenderBytes(limits)}, because limits.maxDecodeMemoryBytes is ${limits.maxDecodeMemoryBytes}`,
  },
  {
    broken: ({ pipeline: { analysis }, pipeline }) =>
      analysis.enabled && neededMegabytes(pipeline) > analysis.memoryMegabytes,
    because: ({ pipeline }) =>
      `analysis.memoryMegabytes is ${pipeline.analysis.memoryMegabytes}; it must be at least ${neededMegabytes(pipeline)}, as for worker.memoryMegabytes`,
  },
  {
    broken: ({ pipeline }) => pipeline.limits.maxRenderSeconds >= pipeline.worker.timeoutSeconds,
    because: ({ pipeline }) =>
      `limits.maxRenderSeconds is ${pipeline.limits.maxRenderSeconds}; it must be less than worker.timeoutSeconds (${pipeline.worker.timeoutSeconds}), because Lambda would stop the worker before it can reject an image`,
  },
  {
    broken: ({ pipeline: { workflow }, pipeline }) =>
      workflow.enabled && neededMegabytes(pipeline) > workflow.memoryMegabytes,
    because: ({ pipeline }) =>
      `workflow.memoryMegabytes is ${pipeline.workflow.memoryMegabytes}; it must be at least ${neededMegabytes(pipeline)}, as for worker.memoryMegabytes`,
  },
  {
    broken: ({ pipeline: { workflow, limits } }) =>
      workflow.enabled && limits.maxRenderSeconds >= workflow.timeoutSeconds,
    because: ({ pipeline: { workflow, limits } }) =>
      `limits.maxRenderSeconds is ${limits.maxRenderSeconds}; it must be less than workflow.timeoutSeconds (${workflow.timeoutSeconds}), because Lambda would stop the step before it can reject an image`,
  },
  {
    // Larger uploads go to the renditions queue (isWorkflowUpload), whose worker must reject them: none is published unanalysed.
    broken: ({ pipeline: { workflow, limits } }) =>
      workflow.enabled && limits.maxBytes >= LARGEST_FILTERED_NUMBER,
    because: ({ pipeline: { limits } }) =>
      `limits.maxBytes is ${limits.maxBytes}; with workflow.enabled it must be less than ${LARGEST_FILTERED_NUMBER}, the largest number that SNS filters compare`,
  },
  {
    broken: ({ pipeline, names }) => pipeline.delivery.enabled && names.partition !== "aws",
    because: ({ pipeline }) =>
      `delivery.enabled must be false in ${pipeline.region}: AWS GovCloud has no CloudFront`,
  },
  {
    broken: ({ pipeline, names }) => ownProcessedBucket(names).test(pipeline.uploads.existingBucket ?? ""),
    because: ({ pipeline }) =>
      `uploads.existingBucket ${pipeline.uploads.existingBucket} is the processed bucket: the pipeline would process its own output in a loop`,
  },
  {
    broken: ({ pipeline: { policies, uploads } }) =>
      uploads.existingBucket !== null && policies.uploads.length > 0,
    because: ({ pipeline: { uploads } }) =>
      `policies.uploads would have no effect: the policy of uploads.existingBucket ${uploads.existingBucket} belongs to its owner`,
  },
  {
    broken: ({ pipeline: { deployments, alarms } }) => deployments.canaryMinutes !== null && !alarms.enabled,
    because: ({ pipeline: { deployments } }) =>
      `deployments.canaryMinutes is ${deployments.canaryMinutes}, but alarms.enabled is false: without alarms nothing would stop a faulty version`,
  },
  {
    broken: ({ pipeline }) => pipeline.encryption === "sse-s3" && pipeline.retiredKey === null,
    because: ({ pipeline }) =>
      `encryption is "sse-s3", so retiredKey must be set: true if "${pipeline.environment}" was ever deployed with "kms", because its objects and messages cannot be read without that key; false if it was not`,
  },
  {
    broken: ({ pipeline }) => pipeline.retention.tombstoneDays <= LATEST_EVENT_DAYS,
    because: ({ pipeline }) =>
      `retention.tombstoneDays is ${pipeline.retention.tombstoneDays}; it must be more than ${LATEST_EVENT_DAYS}, the maximum age of an upload event: a later event would create a deleted image again`,
  },
  {
    broken: ({ pipeline }) => overlapping(pipeline.uploads.suffixes) !== undefined,
    because: ({ pipeline }) =>
      `uploads.suffixes ${overlapping(pipeline.uploads.suffixes)?.join(" and ")} overlap, which S3 refuses: keep only the shorter one`,
  },
  {
    broken: ({ pipeline }) => unmatchable(pipeline.uploads).length > 0,
    because: ({ pipeline }) =>
      `uploads: ${unmatchable(pipeline.uploads).join(", ")} can never match: S3 compares literally, without wildcards, and keys do not start with a slash`,
  },
  {
    broken: ({ pipeline: { uploads } }) => longestFilterBytes(uploads) > MAX_KEY_BYTES,
    because: () =>
      `uploads: the prefix and a suffix have more than ${MAX_KEY_BYTES} bytes together, so they can never match a key`,
  },
  {
    broken: ({ pipeline: { uploads } }) =>
      uploads.trigger === "eventbridge" &&
      JSON.stringify(uploadsPattern(LONGEST_BUCKET, uploads)).length > MAX_PATTERN_CHARACTERS,
    because: ({ pipeline: { uploads } }) =>
      `uploads: the rule of EventBridge for the prefix and ${uploads.suffixes.length} suffixes is longer than ${MAX_PATTERN_CHARACTERS} characters, its default quota: use fewer suffixes, or a shorter prefix`,
  },
  {
    broken: ({ pipeline }) =>
      isProduction(pipeline) && notifiesNobody(pipeline) && !pipeline.alarms.unattended,
    because: () =>
      "its alarms notify nobody: set alarms.email, topicArns, slack or teams, or alarms.unattended: true if that is intended",
  },
];

type Pipeline = Deployment["pipeline"];

/** Returns true if the environment's name says that it is in production. */
export function isProduction({ environment }: Pipeline): boolean {
  return PRODUCTION.test(environment);
}

/** Returns true if there are alarms and no recipient. */
export function notifiesNobody({ alarms }: Pipeline): boolean {
  const { enabled, email, topicArns, slack, teams } = alarms;
  return enabled && topicArns.length === 0 && [email, slack, teams].every((target) => target === null);
}

/** Returns the memory that a function needs for itself and the process that renders; Lambda's megabytes are mebibytes. */
function neededMegabytes({ limits }: Pipeline): number {
  return IDLE_MEBIBYTES + Math.ceil((limits.maxRenderMemoryBytes + limits.maxBytes) / MEBIBYTE);
}

function leastRenderBytes({ maxDecodeMemoryBytes }: Pipeline["limits"]): number {
  return maxDecodeMemoryBytes + IDLE_MEBIBYTES * MEBIBYTE;
}

function ownProcessedBucket({ processedBucket }: Deployment["names"]): RegExp {
  return new RegExp(`^${processedBucket("\\d{12}")}$`);
}

function overlapping(suffixes: readonly string[]): [string, string] | undefined {
  for (const [index, suffix] of suffixes.entries())
    for (const [other, longer] of suffixes.entries())
      if (index !== other && longer.endsWith(suffix)) return [longer, suffix];
  return undefined;
}

function unmatchable({ prefix, suffixes }: Pipeline["uploads"]): string[] {
  const slashed = prefix.startsWith("/") ? [prefix] : [];
  return [...slashed, ...[prefix, ...suffixes].filter((filter) => filter.includes("*"))];
}

function longestFilterBytes({ prefix, suffixes }: Pipeline["uploads"]): number {
  return Buffer.byteLength(prefix) + Math.max(0, ...suffixes.map((suffix) => Buffer.byteLength(suffix)));
}
