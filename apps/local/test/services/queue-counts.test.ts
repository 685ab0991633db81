import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { startFauxqs } from "fauxqs";
import { afterAll, beforeAll, expect, it } from "vitest";
import * as z from "zod";

const Queues = z.array(
  z.object({
    name: z.string(),
    counts: z.object({ sent: z.number(), received: z.number(), deleted: z.number() }),
    oldestSentTimestamp: z.number().nullable(),
  }),
);
let server: Awaited<ReturnType<typeof startFauxqs>>;
let sqs: SQSClient;
beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false });
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  sqs = new SQSClient({ endpoint: `http://127.0.0.1:${server.port}`, region: "us-east-1", credentials });
});
afterAll(async () => {
  sqs.destroy();
  await server.stop();
});

async function inspect(queue: string) {
  const response = await fetch(`http://127.0.0.1:${server.port}/_fauxqs/queues`);
  return Queues.parse(await response.json()).find(({ name }) => name === queue);
}

it("counts messages of a queue that were sent, received and deleted, not those that became visible again", async () => {
  const { queueUrl: QueueUrl } = server.createQueue("counted");
  for (const body of ["a", "b", "c"]) server.sendMessage("counted", body);
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 2 }));
  const [first, second] = Messages.map(({ ReceiptHandle }) => ({ QueueUrl, ReceiptHandle }));
  if (!first || !second) throw new Error("two messages were to be received");
  await sqs.send(new DeleteMessageCommand(first));
  await sqs.send(new ChangeMessageVisibilityCommand({ ...second, VisibilityTimeout: 0 }));
  const found = await inspect("counted");
  expect(found?.counts).toEqual({ sent: 3, received: 2, deleted: 1 });
  expect(Math.abs(Date.now() - (found?.oldestSentTimestamp ?? 0))).toBeLessThan(3_600_000);
});

it("does not count a message as sent that a redrive policy has moved", async () => {
  const { queueArn: deadLetterTargetArn } = server.createQueue("moved-dlq");
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 1 });
  const { queueUrl: QueueUrl } = server.createQueue("moved", { attributes: { RedrivePolicy } });
  server.sendMessage("moved", "a");
  for (let receive = 0; receive < 2; receive++)
    await sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 0 }));
  expect(server.inspectQueue("moved-dlq")?.messages.ready.length).toBe(1);
  expect((await inspect("moved-dlq"))?.counts).toEqual({ sent: 0, received: 0, deleted: 0 });
});
