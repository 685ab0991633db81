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
      "renditions: its visibility timeout 364s must be at least 6x the time-out of worker (60s) plus the batching window (5s)",
    ],
    [
      "no DLQ",
      { deadLetter: null },
      "renditions: must have a DLQ, or a poison message comes round until its retention ends",
    ],
    [
      "a DLQ that keeps messages no longer than the queue",
      { deadLetter: { retentionSeconds: 7 * DAY, maxReceiveCount: 5 } },
      "renditions: its DLQ keeps messages 7 days, which must be longer than the queue's own 7 days",
    ],
    [
      "too few receives",
      { deadLetter: { retentionSeconds: 14 * DAY, maxReceiveCount: 4 } },
      "renditions: its maxReceiveCount 4 must be at least 5, or throttling alone sends good messages to the DLQ",
    ],
    [
      "a poller that outruns the reserved executions",
      { maximumConcurrency: 11 },
      "renditions: the maximumConcurrency of its poller 11 must not exceed the reservedConcurrency of worker 10, or the poller is throttled",
    ],
  ])("are refused with %s", (_what, change, fault) => {
    expect(faultsOf(CONSUMER_RULES, [{ ...soundConsumer, ...change }])).toEqual([fault]);
  });

  it("pass at the bounds, and with no executions reserved", () => {
    const unreserved = { ...soundConsumer, reservedConcurrency: null };
    expect(faultsOf(CONSUMER_RULES, [soundConsumer, unreserved])).toEqual([]);
  });

  it("are read from the stack itself", () => {
    const app = new App({ outdir: temporaryFolder() });
    const core = new CoreStack(app, aDeployment({ worker: { reservedConcurrency: 10 } }));
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
  const faultsIn = (stack: TerraformStack) => faultsOf(DEAD_LETTER_RULES, toWatchedQueues(stack));

  it("that is a DLQ must have an alarm on its depth", () => {
    expect(faultsIn(stackWith(() => {}))).toEqual([
      "failures: a DLQ must have an alarm on ApproximateNumberOfMessagesVisible, or nobody hears of what failed: make it with a Subscriber, or add it to src/observability/pipeline-watches.ts",
    ]);
  });

  it("that is none must have one", () => {
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
    expect(faultsIn(stack)).toEqual(["stray: a queue must have a DLQ, or be one"]);
  });

  it("of the pipeline has what it must have", () => {
    const core = new CoreStack(new App({ outdir: temporaryFolder() }), aDeployment());
    expect(toWatchedQueues(core)).toHaveLength(8);
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

  it("at SNS's bounds passes", () => {
    expect(faultsIn({ a: values(10), b: values(15), c: ["1"], d: ["1"], e: ["1"] })).toEqual([]);
  });

  it.each([
    [
      { a: ["1"], b: ["1"], c: ["1"], d: ["1"], e: ["1"], f: ["1"] },
      "stack/It: its filter policy names 6 attributes of the 5 that SNS allows",
    ],
    [
      { a: values(10), b: values(16) },
      "stack/It: its filter policy has 160 combinations of conditions of the 150 that SNS allows",
    ],
    [{ a: [] }, "stack/It: its filter policy has an attribute without conditions, which nothing can meet"],
  ])("past them is refused: %#", (policy, fault) => {
    expect(faultsIn(policy)).toEqual([fault]);
  });
});

describe("a bucket", () => {
  it("is configured by one notification resource only", () => {
    const stack = new TerraformStack(new App({ outdir: temporaryFolder() }), "stack");
    for (const id of ["One", "Two"]) new S3BucketNotification(stack, id, { bucket: "photos" });
    new S3BucketNotification(stack, "Other", { bucket: "others" });
    expect(faultsOf(NOTIFICATION_RULES, toNotifiedBuckets([stack]))).toEqual([
      "photos: only one notification resource may configure it, not stack/One and stack/Two",
    ]);
  });
});

/** What is said of a deployment with these settings. */
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
      "too little memory for what a decoder may need",
      { worker: { memoryMegabytes: 512 } },
      "worker.memoryMegabytes 512 must be at least 513 for limits.maxDecodeMemoryBytes 377487360 and limits.maxBytes 26214400",
    ],
    [
      "a render limit past the function's time-out",
      { limits: { maxRenderSeconds: 60 } },
      "limits.maxRenderSeconds 60 must be less than worker.timeoutSeconds 60, or Lambda stops the worker before it can reject an image",
    ],
    [
      "its own processed bucket as upload bucket",
      { uploads: { existingBucket: "image-pipeline-dev-processed-123456789012" } },
      "uploads.existingBucket image-pipeline-dev-processed-123456789012 is the processed bucket: the pipeline would feed on its own output",
    ],
    [
      "tombstones that go before the last late event",
      { retention: { tombstoneDays: 21 } },
      "retention.tombstoneDays 21 must be more than 21, the age an upload event may reach: it would bring a deleted image back",
    ],
    [
      "suffixes that overlap",
      { uploads: { suffixes: [".jpg", "-large.jpg"] } },
      "uploads.suffixes -large.jpg and .jpg overlap, which S3 refuses: keep the shorter one",
    ],
    [
      "filters that can never match",
      { uploads: { prefix: "/photos", suffixes: ["*.jpg"] } },
      "uploads: /photos, *.jpg can never match: S3 compares letter for letter, without wildcards, and keys begin with no slash",
    ],
    [
      "a filter longer than any key",
      { uploads: { prefix: "p".repeat(1024), suffixes: [".jpg"] } },
      "uploads: a prefix and a suffix of more than 1024 bytes together can never match a key",
    ],
  ])("are refused with %s", (_what, changes, fault) => {
    expect(faultsWith(changes)).toEqual(['environment "dev" breaks a rule:', fault]);
  });

  it("are refused with more presets than fit into a function's environment", () => {
    const formats: ["webp", "jpeg", "avif"] = ["webp", "jpeg", "avif"];
    const names = Array.from({ length: 20 }, (_, index) => `preset-${index}`);
    const presets = Object.fromEntries(names.map((name) => [name, { width: 100, formats }]));
    const [, fault] = faultsWith({ presets });
    expect(fault).toMatch(
      /^image-pipeline-dev-worker: its environment takes \d+ bytes of the 4096 that Lambda allows/,
    );
  });

  it("are refused with every fault at once", () => {
    const faults = faultsWith({
      worker: { memoryMegabytes: 128, maxReceiveCount: 1 },
      uploads: { suffixes: ["*"] },
    });
    expect(faults).toHaveLength(5);
    expect(faults[0]).toBe('environment "dev" breaks 4 rules:');
  });
});
