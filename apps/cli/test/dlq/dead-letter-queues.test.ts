import { SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { definePipeline, pipelineFor } from "@image-pipeline/schema/config";
import { toNames } from "@image-pipeline/schema/names";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Clients, findDeadLetterQueues } from "../../src/dlq/dead-letter-queues.ts";

const accountId = "000000000000";
const names = toNames(
  pipelineFor(
    definePipeline({ presets: { thumb: { width: 10, formats: ["webp"] } }, environments: { dev: {} } }),
    "dev",
  ),
);
let server: FauxqsServer;
let places: Clients;
beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false });
  const endpoint = `http://127.0.0.1:${server.port}`;
  const settings = {
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  };
  places = { sns: new SNSClient(settings), sqs: new SQSClient(settings), names, accountId };
  for (const topic of [names.imageEventsTopic, names.imageResultsTopic]) server.createTopic(topic);
  for (const queue of [names.ingestFailureQueue, names.ingestDeadLetterQueue]) server.createQueue(queue);
});
afterAll(async () => {
  places.sns.destroy();
  places.sqs.destroy();
  await server.stop();
});

test("asks for the stacks if no subscriber names a dead-letter queue", async () => {
  await expect(findDeadLetterQueues(places)).rejects.toThrow(
    "no subscription of image-pipeline-dev-image-events names a dead-letter queue: deploy the stacks again",
  );
});

test("finds another account's queue once, by its first topic, without asking for its URL", async () => {
  const { queueArn, queueUrl } = server.createQueue(names.subscriberDeadLetterQueue("theirs"));
  for (const topic of [names.imageEventsTopic, names.imageResultsTopic])
    await places.sns.send(
      new SubscribeCommand({
        TopicArn: names.topicArn(topic, accountId),
        Protocol: "sqs",
        Endpoint: "arn:aws:sqs:us-east-1:444455556666:their-queue",
        Attributes: { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn }) },
      }),
    );
  const [theirs] = await findDeadLetterQueues(places);
  expect(theirs).toEqual({
    name: "image-pipeline-dev-theirs-dlq",
    url: queueUrl,
    destination: {
      queue: "their-queue",
      url: new URL("/444455556666/their-queue", queueUrl).href,
      topic: names.imageEventsTopic,
    },
  });
});

test("finds a lane's dead-letter queue by its queue if the topics were deleted", async () => {
  const { queueArn } = server.createQueue(names.subscriberDeadLetterQueue("renditions"));
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: queueArn, maxReceiveCount: 5 });
  const queue = names.subscriberQueue("renditions");
  server.createQueue(queue, { attributes: { RedrivePolicy } });
  for (const topic of [names.imageEventsTopic, names.imageResultsTopic]) server.deleteTopic(topic);
  const found = await findDeadLetterQueues(places);
  expect(found.map(({ name }) => name)).toEqual([
    `${queue}-dlq`,
    names.ingestFailureQueue,
    names.ingestDeadLetterQueue,
  ]);
  expect(found[0]?.destination).toMatchObject({ queue });
});
