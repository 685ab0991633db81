import { join } from "node:path";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider/index.js";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic/index.js";
import { App, TerraformStack } from "cdktf";
import { describe, expect, it } from "vitest";
import type { FunctionConsumer } from "../src/constructs/function-consumer.ts";
import { type ExistingQueue, Subscriber } from "../src/constructs/subscriber.ts";
import type { HandlerZip } from "../src/handler-zips.ts";
import { Observability } from "../src/observability/observability.ts";
import { CONSUMER_RULES, toConsumers } from "../src/rules/consumer.ts";
import { DEAD_LETTER_RULES, toWatchedQueues } from "../src/rules/dead-letter-alarms.ts";
import { faultsOf } from "../src/rules/rule.ts";
import { aDeployment, SynthesisedStack, temporaryFolder } from "./deployments.ts";
import { statementOf, statementsOf } from "./policies.ts";

const accountId = "111122223333";
const json = (text: unknown): unknown => JSON.parse(String(text));

/** Creates a stack with two topics, a subscriber to both, and its alarms. */
function stackWith(toConsumer: (zip: HandlerZip) => FunctionConsumer | ExistingQueue) {
  const deployment = aDeployment();
  const outdir = temporaryFolder();
  const app = new App({ outdir });
  const stack = new TerraformStack(app, "stack");
  new AwsProvider(stack, "Aws", { region: "us-east-1" });
  const context = { ...deployment, accountId, keyArn: null, decryptionKeyArn: null };
  const { outputs, watches } = new Subscriber(stack, "Search", context, {
    name: "search",
    subscriptions: [
      {
        topic: new SnsTopic(stack, "Events", { name: "events" }),
        filterPolicy: { type: ["image.deleted"], sizeBytes: [{ exists: false }, { numeric: ["<", 10] }] },
      },
      {
        id: "Results",
        topic: new SnsTopic(stack, "Outcomes", { name: "results" }),
        filterPolicy: { type: [{ prefix: "image." }] },
      },
    ],
    consumer: toConsumer(deployment.zips.worker),
  });
  new Observability(stack, "Observability", context, watches);
  const faults = [
    ...faultsOf(DEAD_LETTER_RULES, toWatchedQueues(stack, true)),
    ...faultsOf(CONSUMER_RULES, toConsumers(stack)),
  ];
  app.synth();
  const file = new SynthesisedStack(join(outdir, "stacks/stack/cdk.tf.json"));
  const alarms = [...file.all("aws_cloudwatch_metric_alarm").keys()].filter((path) =>
    path.includes("Search"),
  );
  return { file, faults, outputs: Object.keys(outputs), alarms };
}

/** Returns the attributes of both subscriptions. */
const subscriptionsOf = (file: SynthesisedStack) =>
  ["Search/Subscription", "Search/Results"].map((path) => file.one("aws_sns_topic_subscription", path));

describe("a subscriber with its own function", () => {
  const { file, faults, outputs, alarms } = stackWith((zip) => ({
    zip,
    handler: "search.index",
    description: "Image events in, search index out",
    settings: {
      memoryMegabytes: 256,
      timeoutSeconds: 20,
      reservedConcurrency: "maximumConcurrency",
      maximumConcurrency: 3,
      batchSize: 5,
      batchingWindowSeconds: 2,
      maxReceiveCount: 6,
    },
    maxQueueAgeSeconds: 300,
    environment: (QUEUE_URL) => ({ QUEUE_URL }),
    permissions: () => [{ Sid: "Index", Effect: "Allow", Action: "es:ESHttpPost", Resource: "arn:index" }],
  }));
  const queueArn = file.reference("aws_sqs_queue", "Search/Queue", "arn");
  const deadLetterTargetArn = file.reference("aws_sqs_queue", "Search/DeadLetter/Queue", "arn");

  it("has a queue, a DLQ and a function under its own name", () => {
    expect(file.one("aws_sqs_queue", "Search/Queue")).toMatchObject({
      name: "image-pipeline-dev-search",
      visibility_timeout_seconds: 122,
    });
    expect(json(file.one("aws_sqs_queue", "Search/Queue").redrive_policy)).toEqual({
      deadLetterTargetArn,
      maxReceiveCount: 6,
    });
    expect(file.one("aws_sqs_queue", "Search/DeadLetter/Queue").name).toBe("image-pipeline-dev-search-dlq");
    expect(file.one("aws_lambda_function", "Search/Handler/Function")).toMatchObject({
      function_name: "image-pipeline-dev-search",
      handler: "search.index",
      memory_size: 256,
      reserved_concurrent_executions: 3,
      environment: {
        variables: {
          POWERTOOLS_LOG_LEVEL: "INFO",
          QUEUE_URL: file.reference("aws_sqs_queue", "Search/Queue", "url"),
        },
      },
    });
    expect(file.one("aws_lambda_event_source_mapping", "Search/Consumer/Mapping")).toMatchObject({
      event_source_arn: queueArn,
      batch_size: 5,
      maximum_batching_window_in_seconds: 2,
      scaling_config: { maximum_concurrency: 3 },
    });
  });

  it("receives from each topic by its filter policy, with raw delivery and a DLQ for undeliverable messages", () => {
    const subscriptions = subscriptionsOf(file);
    expect(subscriptions.map(({ filter_policy }) => json(filter_policy))).toEqual([
      { type: ["image.deleted"], sizeBytes: [{ exists: false }, { numeric: ["<", 10] }] },
      { type: [{ prefix: "image." }] },
    ]);
    for (const one of subscriptions) {
      expect(one).toMatchObject({ endpoint: queueArn, raw_message_delivery: true });
      expect(json(one.redrive_policy)).toEqual({ deadLetterTargetArn });
    }
  });

  it("accepts messages only from its two topics, in the queue and in the DLQ", () => {
    const topics = ["Events", "Outcomes"].map((id) => file.reference("aws_sns_topic", id, "arn"));
    for (const path of ["Search/Policy", "Search/DeadLetter/Policy"]) {
      const { policy } = file.one("aws_sqs_queue_policy", path);
      expect(statementOf(policy, "DeliverFromTopic").Condition).toEqual({
        ArnEquals: { "aws:SourceArn": topics },
        StringEqualsIfExists: { "aws:SourceAccount": [accountId] },
      });
    }
  });

  it("may only consume its queue and use its own permissions", () => {
    const { policy } = file.one("aws_iam_role_policy", "Search/Handler/RolePolicy");
    expect(statementsOf(policy).map(({ Sid }) => Sid)).toEqual([
      "Index",
      "ConsumeQueue",
      "WriteOwnLog",
      "SendTraces",
    ]);
    expect(statementOf(policy, "ConsumeQueue")).toMatchObject({
      Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
      Resource: [queueArn],
    });
  });

  it("has alarms and outputs, and meets the rules, without further code", () => {
    expect(alarms).toEqual(
      [
        "Observability/SearchAge",
        "Observability/SearchErrors",
        "Observability/SearchThrottles",
        "Observability/SearchDuration",
        "Observability/SearchDeadLetters",
      ].sort(),
    );
    expect(outputs).toEqual(["search_queue_url", "search_dlq_url"]);
    expect(faults).toEqual([]);
  });
});

describe("a subscriber with an existing queue in another account", () => {
  const queueArn = "arn:aws:sqs:us-east-1:444455556666:their-queue";
  const { file, faults, outputs, alarms } = stackWith(() => ({ queueArn }));

  it("is subscribed with a DLQ in this account, and creates nothing else", () => {
    const deadLetterTargetArn = file.reference("aws_sqs_queue", "Search/DeadLetter/Queue", "arn");
    for (const one of subscriptionsOf(file)) {
      expect(one).toMatchObject({ endpoint: queueArn, raw_message_delivery: true });
      expect(json(one.redrive_policy)).toEqual({ deadLetterTargetArn });
    }
    expect([...file.all("aws_sqs_queue").keys()]).toEqual(["Search/DeadLetter/Queue"]);
    expect(file.all("aws_lambda_function").size).toBe(0);
  });

  it("has an alarm on the depth of that DLQ", () => {
    expect(alarms).toEqual(["Observability/SearchDeadLetters"]);
    expect(outputs).toEqual(["search_dlq_url"]);
    expect(faults).toEqual([]);
  });
});
