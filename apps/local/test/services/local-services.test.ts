import { chmodSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  ReceiveMessageCommand,
} from "@aws-sdk/client-sqs";
import { UserFault } from "@image-pipeline/schema/user-fault";
import { describe, expect, it, onTestFinished } from "vitest";
import { awsClients, LOCAL_CREDENTIALS } from "../../src/services/clients.ts";
import { takeDataFolder } from "../../src/services/data-folder.ts";
import { startLocalServices } from "../../src/services/local-services.ts";
import { ownQueue } from "../../src/services/own-queue.ts";
import { provision, releaseInFlight } from "../../src/services/provision.ts";
import { temporaryFolder } from "../temporary-folder.ts";

async function run(folder: string) {
  const services = await startLocalServices(folder);
  const place = { endpoint: services.endpoint, region: "eu-central-1" };
  const clients = awsClients({ ...place, credentials: LOCAL_CREDENTIALS });
  const queue = ownQueue("work", place);
  const stop = async () => {
    clients.close();
    await services.close();
  };
  return { services, clients, queue, stop };
}
type Run = Awaited<ReturnType<typeof run>>;

const receive = async ({ clients, queue }: Run) => {
  const { Messages = [] } = await clients.sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queue.url,
      MessageSystemAttributeNames: ["ApproximateReceiveCount"],
    }),
  );
  return Messages[0];
};

describe("the local services", () => {
  it("accept connections from this machine only", async () => {
    const { services, stop } = await run(temporaryFolder());
    onTestFinished(stop);
    const { port } = new URL(services.endpoint);
    const others = Object.values(networkInterfaces()).flatMap((all = []) =>
      all.filter(({ family, internal }) => family === "IPv4" && !internal),
    );
    for (const { address } of others) await expect(fetch(`http://${address}:${port}/`)).rejects.toThrow();
    expect((await fetch(services.endpoint)).status).toBe(200);
  });

  it("keep acknowledged writes for the next run", async () => {
    const folder = temporaryFolder();
    const first = await run(folder);
    await first.clients.s3.send(new CreateBucketCommand({ Bucket: "uploads" }));
    await first.clients.s3.send(new PutObjectCommand({ Bucket: "uploads", Key: "../a", Body: "kept" }));
    await provision({ buckets: [], topics: [], queues: [first.queue], subscriptions: [] }, first.clients);
    first.services.send("work", "waiting");
    await first.stop();

    const second = await run(folder);
    onTestFinished(second.stop);
    const { Body } = await second.clients.s3.send(new GetObjectCommand({ Bucket: "uploads", Key: "../a" }));
    expect([await Body?.transformToString(), (await receive(second))?.Body]).toEqual(["kept", "waiting"]);
  });

  it("keep a message that is made visible immediately", async () => {
    const running = await run(temporaryFolder());
    onTestFinished(running.stop);
    const { clients, queue, services } = running;
    await clients.sqs.send(new CreateQueueCommand({ QueueName: "work" }));
    services.send("work", "again");
    const message = await receive(running);
    await clients.sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queue.url,
        ReceiptHandle: message?.ReceiptHandle,
        VisibilityTimeout: 0,
      }),
    );
    expect((await receive(running))?.Attributes?.ApproximateReceiveCount).toBe("2");
  });

  it("deliver the messages again that an earlier run had received when it ended", async () => {
    const folder = temporaryFolder();
    const first = await run(folder);
    await provision({ buckets: [], topics: [], queues: [first.queue], subscriptions: [] }, first.clients);
    first.services.send("work", "half done");
    await receive(first);
    await first.stop();

    const second = await run(folder);
    onTestFinished(second.stop);
    expect(second.services.count("work")).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
    await provision({ buckets: [], topics: [], queues: [second.queue], subscriptions: [] }, second.clients);
    await releaseInFlight([second.queue], second.clients, second.services);
    expect(second.services.count("work")).toEqual({ visible: 1, inFlight: 0, delayed: 0 });
  });

  it("apply changed settings of a queue and a subscription", async () => {
    const running = await run(temporaryFolder());
    onTestFinished(running.stop);
    const { clients, queue, services } = running;
    const topics = [{ name: "news", arn: "arn:aws:sns:eu-central-1:000000000000:news" }];
    const subscription = {
      topicArn: "arn:aws:sns:eu-central-1:000000000000:news",
      queueArn: queue.arn,
      rawMessageDelivery: false,
      filterPolicyScope: null,
      redrivePolicy: null,
    };
    await provision(
      {
        buckets: [],
        topics,
        queues: [queue],
        subscriptions: [{ ...subscription, filterPolicy: '{"type":["a"]}' }],
      },
      clients,
    );
    services.send("work", "kept");
    const changed = { ...queue, visibilityTimeoutSeconds: 7 };
    await provision(
      {
        buckets: [],
        topics,
        queues: [changed],
        subscriptions: [{ ...subscription, filterPolicy: null, rawMessageDelivery: true }],
      },
      clients,
    );
    expect(services.count("work").visible).toBe(1);
  });
});

describe("takeDataFolder", () => {
  it("takes a folder for one run at a time", async () => {
    const folder = temporaryFolder();
    const leave = await takeDataFolder(folder);
    await expect(takeDataFolder(folder)).rejects.toThrow(`${folder} is in use by another run`);
    leave();
    (await takeDataFolder(folder))();
  });

  it("closes a folder to the other users of the machine, also one that was open to them", async () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o755);
    const made = join(folder, "made");
    for (const path of [folder, made]) {
      (await takeDataFolder(path))();
      expect(statSync(path).mode & 0o777).toBe(0o700);
      rmSync(path, { recursive: true });
      mkdirSync(folder, { recursive: true });
    }
  });

  it("refuses a folder that it cannot write", async () => {
    await expect(takeDataFolder("/dev/null/data")).rejects.toThrow(
      /^\/dev\/null\/data cannot be used as the data directory: /,
    );
  });

  it("refuses a folder with other files, such as photographs, and leaves it as it is", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "IMG_1.jpg"), "pixels");
    await expect(takeDataFolder(folder)).rejects.toThrow(
      new UserFault(
        `${folder} already holds other files, such as "IMG_1.jpg": choose an empty or a new folder as --data-dir`,
      ),
    );
    expect(readdirSync(folder)).toEqual(["IMG_1.jpg"]);
  });

  it.each([
    ["a data folder, also with further files in it", ["image-pipeline-data.txt", "cdktf.out"]],
    ["a data folder of an earlier version", ["lock.db", "fauxqs.db"]],
    ["a folder that holds nothing but hidden files", [".DS_Store", "lost+found"]],
  ])("takes %s", async (_kind, names) => {
    const folder = temporaryFolder();
    for (const name of names) writeFileSync(join(folder, name), "");
    (await takeDataFolder(folder))();
  });
});
