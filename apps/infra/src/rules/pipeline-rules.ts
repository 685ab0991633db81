import { LARGEST_FILTERED_NUMBER } from "@image-pipeline/schema/aws";
import type { Deployment } from "../deployment.ts";
import type { Rule } from "./rule.ts";

/** SQS keeps a message 14 days at most, its time in the DLQ included; redriven, it may wait 7 more in our queue. */
const LATEST_EVENT_DAYS = 14 + 7;
/** Node.js, the handler and libvips before a picture is read. */
const IDLE_MEBIBYTES = 128;
const MEBIBYTE = 2 ** 20;
/** docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const MAX_KEY_BYTES = 1024;

/** What the settings must keep between themselves, beyond each one's own bounds. */
export const PIPELINE_RULES: readonly Rule<Deployment>[] = [
  {
    broken: ({ pipeline }) => neededMegabytes(pipeline) > pipeline.worker.memoryMegabytes,
    because: ({ pipeline }) =>
      `worker.memoryMegabytes ${pipeline.worker.memoryMegabytes} must be at least ${neededMegabytes(pipeline)} for limits.maxDecodeMemoryBytes ${pipeline.limits.maxDecodeMemoryBytes} and limits.maxBytes ${pipeline.limits.maxBytes}`,
  },
  {
    broken: ({ pipeline }) => pipeline.limits.maxRenderSeconds >= pipeline.worker.timeoutSeconds,
    because: ({ pipeline }) =>
      `limits.maxRenderSeconds ${pipeline.limits.maxRenderSeconds} must be less than worker.timeoutSeconds ${pipeline.worker.timeoutSeconds}, or Lambda stops the worker before it can reject an image`,
  },
  {
    broken: ({ pipeline: { workflow }, pipeline }) =>
      workflow.enabled && neededMegabytes(pipeline) > workflow.memoryMegabytes,
    because: ({ pipeline }) =>
      `workflow.memoryMegabytes ${pipeline.workflow.memoryMegabytes} must be at least ${neededMegabytes(pipeline)}, as worker.memoryMegabytes`,
  },
  {
    broken: ({ pipeline: { workflow, limits } }) =>
      workflow.enabled && limits.maxRenderSeconds >= workflow.timeoutSeconds,
    because: ({ pipeline: { workflow, limits } }) =>
      `limits.maxRenderSeconds ${limits.maxRenderSeconds} must be less than workflow.timeoutSeconds ${workflow.timeoutSeconds}, or Lambda stops the step before it can reject an image`,
  },
  {
    // Larger ones go the usual way (isWorkflowUpload), which must reject them: nothing that large is published unjudged.
    broken: ({ pipeline: { workflow, limits } }) =>
      workflow.enabled && limits.maxBytes >= LARGEST_FILTERED_NUMBER,
    because: ({ pipeline: { limits } }) =>
      `limits.maxBytes ${limits.maxBytes} must be less than ${LARGEST_FILTERED_NUMBER} where workflow.enabled: SNS can tell no larger upload from a smaller one`,
  },
  {
    broken: ({ pipeline, names }) => ownProcessedBucket(names).test(pipeline.uploads.existingBucket ?? ""),
    because: ({ pipeline }) =>
      `uploads.existingBucket ${pipeline.uploads.existingBucket} is the processed bucket: the pipeline would feed on its own output`,
  },
  {
    broken: ({ pipeline }) => pipeline.retention.tombstoneDays <= LATEST_EVENT_DAYS,
    because: ({ pipeline }) =>
      `retention.tombstoneDays ${pipeline.retention.tombstoneDays} must be more than ${LATEST_EVENT_DAYS}, the age an upload event may reach: it would bring a deleted image back`,
  },
  {
    broken: ({ pipeline }) => overlapping(pipeline.uploads.suffixes) !== undefined,
    because: ({ pipeline }) =>
      `uploads.suffixes ${overlapping(pipeline.uploads.suffixes)?.join(" and ")} overlap, which S3 refuses: keep the shorter one`,
  },
  {
    broken: ({ pipeline }) => unmatchable(pipeline.uploads).length > 0,
    because: ({ pipeline }) =>
      `uploads: ${unmatchable(pipeline.uploads).join(", ")} can never match: S3 compares letter for letter, without wildcards, and keys begin with no slash`,
  },
  {
    broken: ({ pipeline: { uploads } }) => longestFilterBytes(uploads) > MAX_KEY_BYTES,
    because: () =>
      `uploads: a prefix and a suffix of more than ${MAX_KEY_BYTES} bytes together can never match a key`,
  },
];

type Pipeline = Deployment["pipeline"];

/** Lambda's megabytes are mebibytes. */
function neededMegabytes({ limits }: Pipeline): number {
  return IDLE_MEBIBYTES + Math.ceil((limits.maxDecodeMemoryBytes + limits.maxBytes) / MEBIBYTE);
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
