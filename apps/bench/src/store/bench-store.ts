import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateBucketCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  paginateListObjectsV2,
} from "@aws-sdk/client-s3";
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
} from "@aws-sdk/client-sqs";
import { awsClients, LOCAL_CREDENTIALS, startLocalServices } from "@image-pipeline/local";
import { progress } from "../command/progress.ts";
import { cpuTime } from "../measure/cpu-time.ts";
import { type Row, toTable } from "../report/table.ts";

/** How many images are stored, one size after the other. */
const SIZES = [1000, 5000, 20_000] as const;
const RENDITIONS = 7;
/** So many listings of one image's renditions are measured at each size. */
const LISTINGS = 300;
const BATCH = 10;
const AT_ONCE = 50;
const BUCKET = "bench-store";

/** CPU time of the local S3 and SQS with its client, in microseconds, with so many images in it. */
export interface StoreTimes {
  images: number;
  /** For each object that is stored. */
  store: number;
  /** For each object of a listing of the whole bucket. */
  listAll: number;
  /** For each listing of one image's renditions. */
  listOne: number;
  /** For each message of one tenant, all sent before the first is received, and deleted. */
  receive: number;
}

type Clients = ReturnType<typeof awsClients>;

/** Measures whether the local store's work for one image grows with the images that are there: if it does, it is not linear. */
export async function benchStore(): Promise<StoreTimes[]> {
  const times: StoreTimes[] = [];
  for (const images of SIZES) times.push(await measure(images));
  progress("");
  return times;
}

async function measure(images: number): Promise<StoreTimes> {
  const folder = mkdtempSync(join(tmpdir(), "image-pipeline-store-"));
  const services = await startLocalServices(folder);
  const place = { endpoint: services.endpoint, region: "us-east-1", credentials: LOCAL_CREDENTIALS };
  const clients = awsClients(place);
  try {
    progress(`store: ${images} images`);
    await clients.s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    const objects = images * RENDITIONS;
    const per = (count: number, milliseconds: number) => (1000 * milliseconds) / count;
    return {
      images,
      store: per(objects, await cpuTime(() => storeAll(images, clients))),
      listAll: per(objects, await cpuTime(() => listAll(clients))),
      listOne: per(LISTINGS, await cpuTime(() => listSome(images, clients))),
      receive: per(images, await cpuTime(() => sendAndReceive(images, clients))),
    };
  } finally {
    clients.close();
    await services.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function storeAll(images: number, { s3 }: Clients): Promise<void> {
  for (let first = 0; first < images; first += AT_ONCE) {
    const keys = range(first, Math.min(first + AT_ONCE, images)).flatMap((image) =>
      range(0, RENDITIONS).map((rendition) => `renditions/${image}/${rendition}.avif`),
    );
    await Promise.all(keys.map((Key) => s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: Key }))));
  }
}

async function listAll({ s3 }: Clients): Promise<void> {
  for await (const _page of paginateListObjectsV2({ client: s3 }, { Bucket: BUCKET }));
}

async function listSome(images: number, { s3 }: Clients): Promise<void> {
  for (const index of range(0, LISTINGS)) {
    const image = Math.floor((index / LISTINGS) * images);
    await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: `renditions/${image}/` }));
  }
}

async function sendAndReceive(images: number, { sqs }: Clients): Promise<void> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "bench-store" }));
  const batches = Math.ceil(images / BATCH);
  for (const batch of range(0, batches)) {
    const Entries = range(0, BATCH).map((index) => ({
      Id: String(index),
      MessageBody: String(batch),
      MessageGroupId: "one-tenant",
    }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  }
  for (let left = batches * BATCH; left > 0; ) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: BATCH }),
    );
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    left -= Messages.length;
  }
}

function range(from: number, end: number): number[] {
  return Array.from({ length: end - from }, (_, index) => from + index);
}

export function storeTable(times: readonly StoreTimes[]): string {
  const head: Row = [
    "CPU µs of the local store",
    "an object stored",
    "an object listed",
    "an image's listing",
    "a message",
  ];
  const rows = times.map(
    ({ images, store, listAll, listOne, receive }): Row => [
      `${images} images, ${images * RENDITIONS} objects`,
      ...[store, listAll, listOne, receive].map((value) => value.toFixed(0)),
    ],
  );
  return `${toTable(head, rows)}
`;
}
