import { expect, it } from "vitest";
import type { Topology } from "../../src/topology/topology.ts";
import { webhookQueueOf, withoutWebhook, withWebhookTo } from "../../src/webhook/webhook-topology.ts";

const WORKER = "image-pipeline-local-worker";
const WEBHOOK = "image-pipeline-local-webhook-local";
const arn = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;
const lambda = (name: string): Topology["functions"][number] => ({
  name,
  arn: name,
  roleArn: "",
  zipPath: "",
  handler: "",
  environment: { WEBHOOK_URL: "https://webhook.invalid/" },
  timeoutSeconds: 1,
  memoryMegabytes: 128,
  reservedConcurrency: null,
  asynchronous: {
    maximumRetryAttempts: 2,
    maximumEventAgeSeconds: 60,
    onFailureArn: null,
    deadLetterArn: null,
  },
});
const queue = (name: string): Topology["queues"][number] => ({
  name,
  arn: arn(name),
  url: "",
  visibilityTimeoutSeconds: 1,
  retentionSeconds: 60,
  delaySeconds: 0,
  receiveWaitSeconds: 0,
  redrive: null,
});
const topology: Topology = {
  region: "us-east-1",
  buckets: [],
  topics: [],
  queues: [WORKER, `${WORKER}-dlq`, WEBHOOK, `${WEBHOOK}-dlq`].map(queue),
  subscriptions: [WORKER, WEBHOOK].map((name) => ({
    topicArn: "t",
    queueArn: arn(name),
    rawMessageDelivery: true,
    filterPolicy: null,
    filterPolicyScope: null,
    redrivePolicy: null,
  })),
  functions: [WORKER, WEBHOOK].map(lambda),
  mappings: [WORKER, WEBHOOK].map((functionName) => ({
    queueArn: arn(functionName),
    functionName,
    batchSize: 1,
    windowSeconds: 0,
    maximumConcurrency: null,
    reportsBatchItemFailures: true,
  })),
  notifications: [],
  eventRules: [],
  schedules: [],
  stateMachines: [],
  pipes: [],
  distributions: [],
};

it("leaves the webhook with its queues out of the stacks, and nothing else", () => {
  const { functions, queues, subscriptions, mappings } = withoutWebhook(topology);
  expect(functions.map(({ name }) => name)).toEqual([WORKER]);
  expect(queues.map(({ name }) => name)).toEqual([WORKER, `${WORKER}-dlq`]);
  expect(subscriptions.map(({ queueArn }) => queueArn)).toEqual([arn(WORKER)]);
  expect(mappings.map(({ functionName }) => functionName)).toEqual([WORKER]);
  expect(webhookQueueOf({ queues })).toBeUndefined();
});

it("sends to the URL of the command, which may be this machine's, by this function alone", () => {
  const { functions } = withWebhookTo(topology, "http://127.0.0.1:3000/");
  expect(functions.map(({ environment }) => environment)).toEqual([
    { WEBHOOK_URL: "https://webhook.invalid/" },
    { WEBHOOK_URL: "http://127.0.0.1:3000/", WEBHOOK_ALLOWS_LOOPBACK: "true" },
  ]);
  expect(webhookQueueOf(topology)).toBe(WEBHOOK);
});
