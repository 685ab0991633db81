import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import fc from "fast-check";
import { startFauxqs } from "fauxqs";
import { expect, test } from "vitest";
import { sqsRetryDelay, toDelaySeconds } from "../src/sqs-retry-delay.ts";

test("waits whole seconds, at least one, at most twice two to the power of the receive count, never over 300", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (count, random) => {
        const seconds = toDelaySeconds(count, random);
        expect(seconds).toSatisfy(Number.isInteger);
        expect(seconds).toBeGreaterThanOrEqual(1);
        expect(seconds).toBeLessThanOrEqual(Math.min(300, 2 * 2 ** count));
      },
    ),
  );
});

test("spreads over the whole range, so that many failures do not come back as one", () => {
  expect([0, 0.5, 1].map((random) => toDelaySeconds(5, random))).toEqual([1, 32, 64]);
});

test("changes the message's own visibility: put off for a retry, visible again at once for one that is hopeless", async () => {
  const server = await startFauxqs({ port: 0, logger: false });
  const sqs = new SQSClient({
    endpoint: `http://127.0.0.1:${server.port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const { queueUrl } = server.createQueue("renditions");
  server.sendMessage("renditions", "body");
  const receive = async () => {
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl }));
    return Messages?.[0]?.ReceiptHandle;
  };
  const delay = sqsRetryDelay(sqs, queueUrl);

  await delay({ receiptHandle: (await receive()) ?? "", receiveCount: 1, atOnce: true });
  const again = await receive();
  expect(again).toBeDefined();
  await delay({ receiptHandle: again ?? "", receiveCount: 8, atOnce: false });
  expect(await receive()).toBeUndefined();

  sqs.destroy();
  await server.stop();
});
