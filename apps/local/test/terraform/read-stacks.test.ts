import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readStacks } from "../../src/terraform/read-stacks.ts";
import { NOTIFICATIONS, PIPELINE, ref, writeStacks } from "../stack-factory.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const ENDPOINT = "http://127.0.0.1:4566";

describe("readStacks", () => {
  it("resolves names, ARNs and URLs to local ones", () => {
    const folder = writeStacks({ core: PIPELINE, notifications: NOTIFICATIONS });
    const topology = readStacks(folder, ENDPOINT);
    expect(topology).toMatchObject({
      region: "eu-central-1",
      buckets: ["uploads-000000000000"],
      topics: [{ name: "events", arn: "arn:aws:sns:eu-central-1:000000000000:events" }],
      queues: [
        {
          name: "work",
          arn: "arn:aws:sqs:eu-central-1:000000000000:work",
          url: "http://127.0.0.1:4566/000000000000/work",
          visibilityTimeoutSeconds: 360,
          retentionSeconds: 604_800,
          redrive: {
            deadLetterQueueArn: "arn:aws:sqs:eu-central-1:000000000000:work-dlq",
            maxReceiveCount: 5,
          },
        },
        { name: "work-dlq", visibilityTimeoutSeconds: 30, redrive: null },
      ],
      subscriptions: [
        {
          queueArn: "arn:aws:sqs:eu-central-1:000000000000:work",
          rawMessageDelivery: true,
          filterPolicy: '{"type":["image.uploaded"]}',
        },
      ],
    });
  });

  it("reads a function's settings, with the path of its zip from the stack's folder", () => {
    const folder = writeStacks({ core: PIPELINE });
    const [worker] = readStacks(folder, ENDPOINT).functions;
    expect(worker).toEqual({
      name: "worker",
      arn: "arn:aws:lambda:eu-central-1:000000000000:function:worker",
      roleArn: "arn:aws:iam::000000000000:role/worker-role",
      zipPath: join(folder, "core", "assets/worker/lambda.zip"),
      handler: "index.handler",
      environment: { QUEUE_URL: "http://127.0.0.1:4566/000000000000/work", LITERAL: ref("kept") },
      timeoutSeconds: 60,
      memoryMegabytes: 1769,
      reservedConcurrency: null,
      asynchronous: {
        maximumRetryAttempts: 1,
        maximumEventAgeSeconds: 21_600,
        onFailureArn: "arn:aws:sqs:eu-central-1:000000000000:work-dlq",
        deadLetterArn: null,
      },
    });
  });

  it("connects mappings and another stack's notifications with their function", () => {
    const topology = readStacks(writeStacks({ core: PIPELINE, notifications: NOTIFICATIONS }), ENDPOINT);
    expect(topology.mappings).toEqual([
      {
        queueArn: "arn:aws:sqs:eu-central-1:000000000000:work",
        functionName: "worker",
        batchSize: 3,
        windowSeconds: 0,
        maximumConcurrency: 4,
        reportsBatchItemFailures: true,
      },
    ]);
    expect(topology.notifications).toEqual([
      {
        id: "uploads",
        bucket: "uploads-000000000000",
        functionName: "worker",
        events: ["s3:ObjectCreated:*", "s3:LifecycleExpiration:*"],
        prefix: "photos/",
        suffix: "",
      },
    ]);
  });

  it("connects a schedule with its function", () => {
    const scheduled = {
      ...PIPELINE,
      aws_cloudwatch_event_rule: { Daily: { name: "daily", schedule_expression: "rate(1 day)" } },
      aws_cloudwatch_event_target: {
        Daily: {
          rule: ref("aws_cloudwatch_event_rule.Daily.name"),
          target_id: "it",
          arn: ref("aws_lambda_function.Worker.arn"),
        },
      },
    };
    expect(readStacks(writeStacks({ core: scheduled }), ENDPOINT).schedules).toEqual([
      { functionName: "worker" },
    ]);
  });

  describe("with a rule of EventBridge for the uploads", () => {
    const bucket = `uploads-${ref("data.aws_caller_identity.Account.account_id")}`;
    const pattern = {
      source: ["aws.s3"],
      detail: { bucket: { name: [bucket] }, object: { key: [{ wildcard: "photos/*.jpg" }] } },
    };
    const bridged = (more: Parameters<typeof writeStacks>[0][string]) => ({
      aws_cloudwatch_event_rule: { Rule: { name: "uploads", event_pattern: JSON.stringify(pattern) } },
      aws_cloudwatch_event_target: {
        Target: {
          rule: ref("aws_cloudwatch_event_rule.Rule.name"),
          arn: `arn:aws:lambda:eu-central-1:${ref("data.aws_caller_identity.Account.account_id")}:function:worker`,
          retry_policy: { maximum_retry_attempts: 185 },
          dead_letter_config: { arn: "arn:aws:sqs:eu-central-1:000000000000:work-dlq" },
        },
      },
      ...more,
    });
    const rulesOf = (stacks: Parameters<typeof writeStacks>[0]) =>
      readStacks(writeStacks(stacks), ENDPOINT).eventRules;
    const RULE = { name: "uploads", functionName: "worker", prefix: "photos/" };

    it("finds its function, its buckets and the beginning of its keys", () => {
      const sending = { aws_s3_bucket_notification: { Sends: { bucket, eventbridge: true } } };
      expect(rulesOf({ core: PIPELINE, notifications: bridged(sending) })).toMatchObject([
        { ...RULE, buckets: ["uploads-000000000000"] },
      ]);
    });

    it("gets nothing from a bucket of the stacks that does not send to EventBridge", () => {
      expect(rulesOf({ core: PIPELINE, notifications: bridged({}) })).toMatchObject([
        { ...RULE, buckets: [] },
      ]);
    });

    it("gets the events of an existing bucket, whose owner switched EventBridge on", () => {
      const { aws_s3_bucket, ...rest } = PIPELINE;
      const topology = readStacks(writeStacks({ core: rest, notifications: bridged({}) }), ENDPOINT);
      expect(topology.eventRules).toMatchObject([{ ...RULE, buckets: ["uploads-000000000000"] }]);
      expect(topology.buckets).toEqual(["uploads-000000000000"]);
    });

    it("refuses a pattern that names no bucket", () => {
      const all = { Rule: { name: "uploads", event_pattern: '{"source":["aws.s3"]}' } };
      const rule = bridged({ aws_cloudwatch_event_rule: all });
      expect(() => rulesOf({ core: PIPELINE, notifications: rule })).toThrow(
        "the rule of aws_cloudwatch_event_target.Target must be for the events of buckets that it names",
      );
    });
  });

  it("includes a bucket that only has a notification, as an existing bucket does", () => {
    const { aws_s3_bucket, ...rest } = PIPELINE;
    const topology = readStacks(writeStacks({ core: rest, notifications: NOTIFICATIONS }), ENDPOINT);
    expect(topology.buckets).toEqual(["uploads-000000000000"]);
  });

  it.each([
    [
      "a resource type it does not know",
      { aws_dynamodb_table: { Table: { name: "t" } } },
      /stack core: aws_dynamodb_table\.Table is a resource .*resource-types\.ts/,
    ],
    [
      "an attribute it does not know",
      { aws_sqs_queue: { Q: { name: "q", fifo_queue: true } } },
      /stack core: aws_sqs_queue\.Q\.fifo_queue is an attribute/,
    ],
    [
      "a rule whose pattern has an operator that does not run here",
      {
        aws_cloudwatch_event_rule: { R: { name: "r", event_pattern: '{"source":[{"cidr":"10.0.0.0/8"}]}' } },
      },
      /aws_cloudwatch_event_rule\.R: event_pattern: is not JSON of the expected form/,
    ],
    [
      "a repeated resource",
      { aws_sqs_queue: { Q: { name: "q", count: 2 } } },
      /aws_sqs_queue\.Q\.count is an attribute/,
    ],
    [
      "a function call",
      { aws_sns_topic: { T: { name: `${ref('join("-", ["a", "b"])')}` } } },
      /stack core: aws_sns_topic\.T\.name holds \$\{join.* which is not resolved here/,
    ],
    [
      "a reference to a missing resource",
      { aws_sns_topic: { T: { name: ref("aws_sqs_queue.Gone.name") } } },
      /refers to aws_sqs_queue\.Gone, which is not in this stack/,
    ],
    [
      "a reference to an attribute that only AWS knows",
      { aws_sqs_queue: { Q: { name: "q" } }, aws_sns_topic: { T: { name: ref("aws_sqs_queue.Q.owner") } } },
      /needs aws_sqs_queue\.Q\.owner/,
    ],
    [
      "a circle of references",
      { aws_sqs_queue: { Q: { name: ref("aws_sqs_queue.Q.name") } } },
      /refers to itself/,
    ],
    [
      "a resource with no name",
      { aws_sqs_queue: { Q: { delay_seconds: 1 } } },
      /needs aws_sqs_queue\.Q\.name/,
    ],
    [
      "a subscriber that is not a queue",
      { aws_sns_topic_subscription: { S: { topic_arn: "a", protocol: "https", endpoint: "b" } } },
      /protocol: only queues can subscribe here/,
    ],
    [
      "another runtime",
      {
        aws_lambda_function: {
          F: { ...PIPELINE.aws_lambda_function?.Worker, role: "r", environment: {}, runtime: "python3.13" },
        },
      },
      /runtime: only Node\.js/,
    ],
  ])("stops at %s with an error of one line that names it", (_what, resources, message) => {
    const read = () => readStacks(writeStacks({ core: resources }), ENDPOINT);
    expect(read).toThrow(message);
    expect(read).not.toThrow(/\n/);
  });

  it("reports the command to run if there are no stacks", () => {
    expect(() => readStacks(temporaryFolder(), ENDPOINT)).toThrow(
      /contains no stacks: run "npx pipeline synth" first/,
    );
  });
});
