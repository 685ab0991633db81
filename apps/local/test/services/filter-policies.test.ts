import { PublishBatchCommand } from "@aws-sdk/client-sns";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AwsClients, awsClients, LOCAL_CREDENTIALS } from "../../src/services/clients.ts";
import { type LocalServices, startLocalServices } from "../../src/services/local-services.ts";
import { ownQueue } from "../../src/services/own-queue.ts";
import { provision } from "../../src/services/provision.ts";
import type { Subscription } from "../../src/topology/topology.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const TOPIC = { name: "events", arn: "arn:aws:sns:us-east-1:000000000000:events" };

/** Messages by their attributes; a number is an attribute of the type Number. */
const MESSAGES: Record<string, Record<string, string | number>> = {
  small: { type: "image.uploaded", lane: "live", extension: "jpg", sizeBytes: 10, key: "photos/a.jpg" },
  large: {
    type: "image.uploaded",
    lane: "live",
    extension: "png",
    sizeBytes: 10_485_760,
    key: "review/b.png",
  },
  redone: { type: "image.uploaded", lane: "backfill", sizeBytes: 10, key: "review" },
  deleted: { type: "image.deleted", lane: "live" },
  bare: {},
};

/** Semantics of docs.aws.amazon.com/sns/latest/dg/string-value-matching.html, numeric-value-matching.html and and-or-logic.html say. */
const CASES: [string, object, string[]][] = [
  ["a value", { type: ["image.deleted"] }, ["deleted"]],
  ["one of two values", { extension: ["jpg", "png"] }, ["small", "large"]],
  ["every attribute named", { type: ["image.uploaded"], lane: ["live"] }, ["small", "large"]],
  ["exists", { extension: [{ exists: true }] }, ["small", "large"]],
  ["exists: false, with any other attribute", { sizeBytes: [{ exists: false }] }, ["deleted"]],
  ["prefix", { key: [{ prefix: "review/" }] }, ["large"]],
  ["suffix", { key: [{ suffix: ".jpg" }] }, ["small"]],
  ["anything-but a value", { extension: [{ "anything-but": "jpg" }] }, ["large"]],
  ["anything-but several", { extension: [{ "anything-but": ["jpg", "png"] }] }, []],
  ["anything-but a prefix", { key: [{ "anything-but": { prefix: "review/" } }] }, ["small", "redone"]],
  ["numeric, equal", { sizeBytes: [{ numeric: ["=", 10] }] }, ["small", "redone"]],
  ["numeric, below", { sizeBytes: [{ numeric: ["<", 10_485_760] }] }, ["small", "redone"]],
  ["numeric, from", { sizeBytes: [{ numeric: [">=", 10_485_760] }] }, ["large"]],
  ["numeric, between", { sizeBytes: [{ numeric: [">", 10, "<=", 10_485_760] }] }, ["large"]],
  [
    "absent or below",
    { sizeBytes: [{ exists: false }, { numeric: ["<", 10_485_760] }] },
    ["small", "redone", "deleted"],
  ],
  [
    "the messages that the workflow does not take: absent, or neither large nor below its prefix",
    {
      type: ["image.uploaded", "image.deleted"],
      lane: ["live"],
      sizeBytes: [{ exists: false }, { numeric: ["<", 10_485_760] }],
      key: [{ exists: false }, { "anything-but": { prefix: "review/" } }],
    },
    ["small", "deleted"],
  ],
  [
    "one of two groups ($or)",
    {
      lane: ["live"],
      $or: [{ sizeBytes: [{ numeric: [">=", 10_485_760] }] }, { key: [{ prefix: "photos/" }] }],
    },
    ["small", "large"],
  ],
];

let services: LocalServices;
let clients: AwsClients;
const queues = () =>
  CASES.map((_case, index) =>
    ownQueue(`queue-${index}`, { endpoint: services.endpoint, region: "us-east-1" }),
  );

beforeAll(async () => {
  services = await startLocalServices(temporaryFolder(afterAll));
  clients = awsClients({ endpoint: services.endpoint, region: "us-east-1", credentials: LOCAL_CREDENTIALS });
  const made = queues();
  const subscriptions = made.map((queue, index) => toSubscription(queue.arn, CASES[index]?.[1] ?? {}));
  await provision({ buckets: [], topics: [TOPIC], queues: made, subscriptions }, clients);
  const PublishBatchRequestEntries = Object.entries(MESSAGES).map(([Id, attributes]) => ({
    Id,
    Message: Id,
    MessageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [
        name,
        { DataType: typeof value === "number" ? "Number" : "String", StringValue: String(value) },
      ]),
    ),
  }));
  await clients.sns.send(new PublishBatchCommand({ TopicArn: TOPIC.arn, PublishBatchRequestEntries }));
});
afterAll(async () => {
  clients.close();
  await services.close();
});

function toSubscription(queueArn: string, filterPolicy: object): Subscription {
  return {
    topicArn: TOPIC.arn,
    queueArn,
    rawMessageDelivery: true,
    filterPolicy: JSON.stringify(filterPolicy),
    filterPolicyScope: "MessageAttributes",
    redrivePolicy: null,
  };
}

describe("a filter policy with these conditions accepts only matching messages:", () => {
  it.each(CASES.map(([name, , wanted], index) => [name, index, wanted] as const))(
    "%s",
    (_name, index, wanted) => {
      expect(services.peek(`queue-${index}`).map(({ body }) => body)).toEqual(wanted);
    },
  );
});

it("applies a changed filter policy to messages published afterwards", async () => {
  const [queue] = queues();
  const changed = toSubscription(queue?.arn ?? "", { type: ["image.renamed"] });
  await provision({ buckets: [], topics: [TOPIC], queues: [], subscriptions: [changed] }, clients);
  const MessageAttributes = { type: { DataType: "String", StringValue: "image.deleted" } };
  const entry = { Id: "again", Message: "again", MessageAttributes };
  await clients.sns.send(
    new PublishBatchCommand({ TopicArn: TOPIC.arn, PublishBatchRequestEntries: [entry] }),
  );
  expect(services.peek("queue-0").map(({ body }) => body)).toEqual(["deleted"]);
});
