import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js";
import { S3BucketNotification } from "@cdktf/provider-aws/lib/s3-bucket-notification/index.js";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription/index.js";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import { App, TerraformStack } from "cdktf";
import { describe, expect, it } from "vitest";
import { CONSUMER_RULES, type Consumer, toConsumers } from "../src/rules/consumer.ts";
import { DEAD_LETTER_RULES, toWatchedQueues } from "../src/rules/dead-letter-alarms.ts";
import { FILTER_POLICY_RULES, toCountedPolicies } from "../src/rules/filter-policies.ts";
import { checkInvariants } from "../src/rules/invariants.ts";
import { NOTIFICATION_RULES, toNotifiedBuckets } from "../src/rules/notifications.ts";
import { faultsOf } from "../src/rules/rule.ts";
import { CoreStack } from "../src/stacks/core-stack.ts";
import { aDeployment, temporaryFolder } from "./deployments.ts";

const DAY = 86_400;
const soundConsumer: Consumer = {
  queue: "renditions",
  function: "worker",
  functionTimeoutSeconds: 60,
  visibilityTimeoutSeconds: 360,
  batchingWindowSeconds: 0,
  retentionSeconds: 7 * DAY,
  deadLetter: { retentionSeconds: 14 * DAY, maxReceiveCount: 5 },
  maximumConcurrency: 10,
  reservedConcurrency: 10,
};

describe("a queue and its consumer", () => {
  it.each<[string, Partial<Consumer>, string]>([
    [
      "a visibility timeout one second short",
      { visibilityTimeoutSeconds: 364, batchingWindowSeconds: 5 },
      "renditions: the visibility timeout is 364 s; it must be at least 6 times the timeout of worker (60 s) plus the batching window (5 s)",
    ],
    [
      "no DLQ",
      { deadLetter: null },
      "renditions: add a DLQ; without one, a message that always fails is received again until it expires",
    ],
    [
      "a DLQ whose retention is not longer than the queue's",
      { deadLetter: { retentionSeconds: 7 * DAY, maxReceiveCount: 5 } },
      "renditions: its DLQ keeps messages for 7 days; this must be longer than the queue's own retention of 7 days",
    ],
    [
      "too few receives",
      { deadLetter: { retentionSeconds: 14 * DAY, maxReceiveCount: 4 } },
      "renditions: maxReceiveCount is 4; it must be at least 5, because throttling alone would send valid messages to the DLQ",
    ],
    [
      "a concurrency above the reserved executions",
      { maximumConcurrency: 11 },
      "renditions: maximumConcurrency is 11; it must not exceed the reservedConcurrency of worker (10), because Lambda would throttle the queue's poller",
    ],
  ])("are refused with %s", (_what, change, fault) => {
    expect(faultsOf(CONSUMER_RULES, [{ ...soundConsumer, ...change }])).toEqual([fault]);
  });

  it("pass at the limits, and without reserved executions", () => {
    const unreserved = { ...soundConsumer, reservedConcurrency: null };
    expect(faultsOf(CONSUMER_RULES, [soundConsumer, unreserved])).toEqual([]);
  });

  it("are read from the stack", () => {
    const app = new App({ outdir: temporaryFolder() });
    const core = new CoreStack(app, aDeployment({ reserveConcurrency: true }));
    expect(toConsumers(core)).toEqual([
      {
        ...soundConsumer,
        queue: "image-pipeline-dev-renditions",
        function: "image-pipeline-dev-worker",
      },
      {
        ...soundConsumer,
        queue: "image-pipeline-dev-backfill",
        function: "image-pipeline-dev-backfill",
        maximumConcurrency: 2,
        reservedConcurrency: 2,
      },
    ]);
  });
});

describe("a queue", () => {
  const stackWith = (more: (stack: TerraformStack, failures: SqsQueue) => void): TerraformStack => {
    const stack = new TerraformStack(new App({ outdir: temporaryFolder() }), "stack");
    const failures = new SqsQueue(stack, "Failures", { name: "failures" });
    const redrivePolicy = JSON.stringify({ deadLetterTargetArn: failures.arn, maxReceiveCount: 5 });
    new SqsQueue(stack, "Work", { name: "work", redrivePolicy });
    more(stack, failures);
    return stack;
  };
  const faultsIn = (stack: TerraformStack) => faultsOf(DEAD_LETTER_RULES, toWatchedQueues(stack, true));

  it("fails if a DLQ has no alarm on its depth", () => {
    expect(faultsIn(stackWith(() => {}))).toEqual([
      "failures: a DLQ needs an alarm on ApproximateNumberOfMessagesVisible: create it with a Subscriber, or return a deadLettersWatch from its construct",
    ]);
  });

  it("fails if a queue has no dead-letter queue", () => {
    const stack = stackWith((scope) => {
      new CloudwatchMetricAlarm(scope, "Alarm", {
        alarmName: "failures",
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        evaluationPeriods: 1,
        metricName: "ApproximateNumberOfMessagesVisible",
        dimensions: { QueueName: "failures" },
      });
      new SqsQueue(scope, "Stray", { name: "stray" });
    });
    expect(faultsIn(stack)).toEqual(["stray: a queue needs a DLQ, unless it is one"]);
  });

  it("passes for every queue of the pipeline", () => {
    const core = new CoreStack(new App({ outdir: temporaryFolder() }), aDeployment());
    expect(toWatchedQueues(core, true)).toHaveLength(8);
    expect(faultsIn(core)).toEqual([]);
  });
});

describe("a filter policy", () => {
  const faultsIn = (policy: object) => {
    const stack = new TerraformStack(new App({ outdir: temporaryFolder() }), "stack");
    const filterPolicy = JSON.stringify(policy);
    new SnsTopicSubscription(stack, "It", { topicArn: "t", protocol: "sqs", endpoint: "q", filterPolicy });
    return faultsOf(FILTER_POLICY_RULES, toCountedPolicies(stack));
  };
  const values = (count: number) => Array.from({ length: count }, (_, index) => `${index}`);

  it("passes at SNS's limits", () => {
    expect(faultsIn({ a: values(10), b: values(15), c: ["1"], d: ["1"], e: ["1"] })).toEqual([]);
    expect(faultsIn({ a: values(10), $or: [{ b: values(10) }, { c: values(5), d: ["1"] }] })).toEqual([]);
  });

  it.each([
    [
      { a: ["1"], b: ["1"], c: ["1"], d: ["1"], e: ["1"], f: ["1"] },
      "stack/It: its filter policy has 6 attributes; SNS allows at most 5",
    ],
    [
      { a: values(10), b: values(16) },
      "stack/It: its filter policy has 160 combinations of conditions; SNS allows at most 150",
    ],
    [
      { a: values(10), $or: [{ b: values(10) }, { c: values(6) }] },
      "stack/It: its filter policy has 160 combinations of conditions; SNS allows at most 150",
    ],
    [{ a: [] }, "stack/It: its filter policy has an attribute without conditions, which matches no message"],
  ])("is refused above them: %#", (policy, fault) => {
    expect(faultsIn(policy)).toEqual([fault]);
  });
});

describe("a bucket", () => {
  it("may have only one notification resource", () => {
    const stack = new TerraformStack(new App({ outdir: temporaryFolder() }), "stack");
    for (const id of ["One", "Two"]) new S3BucketNotification(stack, id, { bucket: "photos" });
    new S3BucketNotification(stack, "Other", { bucket: "others" });
    expect(faultsOf(NOTIFICATION_RULES, toNotifiedBuckets([stack]))).toEqual([
      "photos: only one notification resource may configure a bucket, but stack/One and stack/Two do",
    ]);
  });
});

/** Returns the errors of a deployment with these settings. */
function faultsWith(changes: Parameters<typeof aDeployment>[0]): string[] {
  const deployment = aDeployment(changes);
  const core = new CoreStack(new App({ outdir: temporaryFolder() }), deployment);
  try {
    checkInvariants(deployment, [core]);
  } catch (error) {
    if (error instanceof Error) return error.message.split("\n").map((line) => line.trim());
  }
  return [];
}

describe("the settings of an environment", () => {
  it.each<[string, Parameters<typeof aDeployment>[0], string]>([
    [
      "less memory than a decoder may need",
      { worker: { memoryMegabytes: 512 } },
      "worker.memoryMegabytes is 512; it must be at least 996, because limits.maxRenderMemoryBytes is 805306368 and limits.maxBytes is 104857600",
    ],
    [
      "less memory for the process that renders than a decoder may need",
      { limits: { maxRenderMemoryBytes: 500_000_000 } },
      "limits.maxRenderMemoryBytes is 500000000; it must be at least 511705088, because limits.maxDecodeMemoryBytes is 377487360",
    ],
    [
      "less memory for the analysis than for the worker",
      { analysis: { enabled: true, memoryMegabytes: 512 } },
      "analysis.memoryMegabytes is 512; it must be at least 996, as for worker.memoryMegabytes",
    ],
    [
      "a render limit that is not below the function's timeout",
      { limits: { maxRenderSeconds: 60 } },
      "limits.maxRenderSeconds is 60; it must be less than worker.timeoutSeconds (60), because Lambda would stop the worker before it can reject an image",
    ],
    [
      "its own processed bucket as upload bucket",
      { uploads: { existingBucket: "image-pipeline-dev-processed-123456789012" } },
      "uploads.existingBucket image-pipeline-dev-processed-123456789012 is the processed bucket: the pipeline would process its own output in a loop",
    ],
    [
      "tombstones that expire before the last late event",
      { retention: { tombstoneDays: 21 } },
      "retention.tombstoneDays is 21; it must be more than 21, the maximum age of an upload event: a later event would create a deleted image again",
    ],
    [
      "suffixes that overlap",
      { uploads: { suffixes: [".jpg", "-large.jpg"] } },
      "uploads.suffixes -large.jpg and .jpg overlap, which S3 refuses: keep only the shorter one",
    ],
    [
      "filters that can never match",
      { uploads: { prefix: "/photos", suffixes: ["*.jpg"] } },
      "uploads: /photos, *.jpg can never match: S3 compares literally, without wildcards, and keys do not start with a slash",
    ],
    [
      "a filter longer than any key",
      { uploads: { prefix: "p".repeat(1024), suffixes: [".jpg"] } },
      "uploads: the prefix and a suffix have more than 1024 bytes together, so they can never match a key",
    ],
  ])("are refused with %s", (_what, changes, fault) => {
    expect(faultsWith(changes)).toEqual(['environment "dev" has 1 error:', fault]);
  });

  it("are refused with more presets than fit into a function's environment", () => {
    const formats: ["webp", "jpeg", "avif"] = ["webp", "jpeg", "avif"];
    const names = Array.from({ length: 20 }, (_, index) => `preset-${index}`);
    const presets = Object.fromEntries(names.map((name) => [name, { width: 100, formats }]));
    const [, fault] = faultsWith({ presets });
    expect(fault).toMatch(
      /^image-pipeline-dev-worker: its environment variables have \d+ bytes; Lambda allows at most 4096/,
    );
  });

  it("are refused with all errors at once", () => {
    const faults = faultsWith({
      worker: { memoryMegabytes: 128, maxReceiveCount: 1 },
      uploads: { suffixes: ["*"] },
    });
    expect(faults).toHaveLength(5);
    expect(faults[0]).toBe('environment "dev" has 4 errors:');
  });
});
