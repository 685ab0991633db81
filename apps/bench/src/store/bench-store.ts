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
  ChangeMessageVisibilityBatchCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
} from "@aws-sdk/client-sqs";
import { addTo, auditImages, completenessGap, emptyTally } from "@image-pipeline/audit";
import { s3Manifests, s3Renditions, s3Sources } from "@image-pipeline/audit/storage";
import { awsClients, LOCAL_CREDENTIALS, startLocalServices } from "@image-pipeline/local";
import { toImageId, toManifestKey } from "@image-pipeline/schema/keys";
import { aRendition, aSource, PROCESSED, pixelsOf, processed, UPLOADS } from "@image-pipeline/testing";
import { cpuTime } from "../measure/cpu-time.ts";
import { progress } from "../report/progress.ts";
import { type Row, toTable } from "../report/table.ts";

/** Numbers of images that are stored, one size after the other. */
const SIZES = [1000, 5000, 20_000, 50_000] as const;
const RENDITIONS = 6;
/** So many listings of one image's renditions are measured at each size. */
const LISTINGS = 300;
const BATCH = 10;
const AT_ONCE = 50;
const HOUR = 3_600_000;
/** The time that a dead letter is held while it is read. */
const HOLD_SECONDS = 3600;

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
  /** For each image that an audit checks by listings, the audit's own time included. */
  audit: number;
  /** For each dead letter that is read and released, as `dlq` does. */
  readDead: number;
}

type Clients = ReturnType<typeof awsClients>;

/** Measures whether the local store's work for one image grows with the images that are there: if it does, it is not linear. */
export async function benchStore(most: number): Promise<StoreTimes[]> {
  const times: StoreTimes[] = [];
  const sizes = SIZES.filter((size) => size <= most);
  for (const images of sizes.length > 0 ? sizes : [most]) times.push(await measure(images));
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
    for (const Bucket of [UPLOADS, PROCESSED]) await clients.s3.send(new CreateBucketCommand({ Bucket }));
    const objects = images * (RENDITIONS + 2);
    const per = (count: number, milliseconds: number) => (1000 * milliseconds) / count;
    const store = per(objects, await cpuTime(() => storeAll(images, clients)));
    const listAll = per(images * (RENDITIONS + 1), await cpuTime(() => listProcessed(clients)));
    const listOne = per(LISTINGS, await cpuTime(() => listSome(images, clients)));
    const audit = per(images, await cpuTime(() => auditAll(images, clients)));
    const { QueueUrl = "" } = await clients.sqs.send(new CreateQueueCommand({ QueueName: "bench-store" }));
    const send = await cpuTime(() => sendAll(images, QueueUrl, clients));
    const readDead = per(images, await cpuTime(() => readAndRelease(images, QueueUrl, clients)));
    const receive = per(images, send + (await cpuTime(() => receiveAll(images, QueueUrl, clients))));
    return { images, store, listAll, listOne, receive, audit, readDead };
  } finally {
    clients.close();
    await services.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Stores each image as the pipeline leaves it: its source, its renditions and its manifest. */
async function storeAll(images: number, clients: Clients): Promise<void> {
  for (let first = 0; first < images; first += AT_ONCE)
    await Promise.all(
      range(first, Math.min(first + AT_ONCE, images)).map((image) => storeImage(toKey(image), clients)),
    );
}

const toKey = (image: number) => `photos/${image}.jpg`;

async function storeImage(key: string, { s3 }: Clients): Promise<void> {
  const { ETag = "" } = await s3.send(new PutObjectCommand({ Bucket: UPLOADS, Key: key, Body: key }));
  const source = aSource({ key, eTag: ETag.replaceAll('"', ""), size: key.length });
  const rendition = aRendition(source);
  const renditions = range(0, RENDITIONS).map((index) => ({
    ...rendition,
    preset: `preset-${index}`,
    key: rendition.key.replace("thumb", `preset-${index}`),
  }));
  const put = (Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket: PROCESSED, Key, Body }));
  await Promise.all(renditions.map((one) => put(one.key, pixelsOf(source))));
  await put(toManifestKey(UPLOADS, key), JSON.stringify(processed(source, { renditions })));
}

async function listProcessed({ s3 }: Clients): Promise<void> {
  for await (const _page of paginateListObjectsV2({ client: s3 }, { Bucket: PROCESSED }));
}

async function listSome(images: number, { s3 }: Clients): Promise<void> {
  for (const index of range(0, LISTINGS)) {
    const imageId = toImageId(UPLOADS, toKey(Math.floor((index / LISTINGS) * images)));
    await s3.send(new ListObjectsV2Command({ Bucket: PROCESSED, Prefix: `renditions/${imageId}/` }));
  }
}

/** @throws {Error} if it finds another number of images, or a problem */
async function auditAll(images: number, { s3 }: Clients): Promise<void> {
  const ports = {
    sources: s3Sources(s3, UPLOADS),
    manifests: s3Manifests(s3, PROCESSED),
    renditions: s3Renditions(s3, PROCESSED),
  };
  const rules = {
    now: new Date(Date.now() + 2 * HOUR),
    graceMilliseconds: HOUR,
    supersededMilliseconds: 0,
    hashesAll: false,
    isCurrent: () => true,
    isProcessed: () => true,
    prefix: "",
  };
  const tally = emptyTally();
  for await (const report of auditImages({ ports, rules }, { size: 0, random: Math.random }))
    addTo(tally, report);
  if (tally.images.processed !== images || completenessGap(tally) > 0)
    throw new Error(`the audit has another result: ${JSON.stringify(tally)}`);
}

async function sendAll(images: number, QueueUrl: string, { sqs }: Clients): Promise<void> {
  for (const batch of range(0, Math.ceil(images / BATCH))) {
    const Entries = range(0, BATCH).map((index) => ({
      Id: String(index),
      MessageBody: String(batch),
      MessageGroupId: "one-tenant",
    }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  }
}

/** Receives all messages before it makes any of them visible again. */
async function readAndRelease(images: number, QueueUrl: string, { sqs }: Clients): Promise<void> {
  const held: (string | undefined)[] = [];
  while (held.length < images) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: BATCH, VisibilityTimeout: HOLD_SECONDS }),
    );
    held.push(...Messages.map(({ ReceiptHandle }) => ReceiptHandle));
  }
  for (let start = 0; start < held.length; start += BATCH) {
    const Entries = held
      .slice(start, start + BATCH)
      .map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle, VisibilityTimeout: 0 }));
    await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
  }
}

async function receiveAll(images: number, QueueUrl: string, { sqs }: Clients): Promise<void> {
  for (let left = Math.ceil(images / BATCH) * BATCH; left > 0; ) {
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
    "an image's audit",
    "a dead letter",
  ];
  const rows = times.map(
    ({ images, store, listAll, listOne, receive, audit, readDead }): Row => [
      `${images} images, ${images * (RENDITIONS + 2)} objects`,
      ...[store, listAll, listOne, receive, audit, readDead].map((value) => value.toFixed(0)),
    ],
  );
  return `${toTable(head, rows)}
`;
}
