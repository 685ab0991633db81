import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { onTestFinished } from "vitest";
import type { S3EventRecord } from "../../src/s3-proxy/s3-notification.ts";
import { startS3Proxy } from "../../src/s3-proxy/s3-proxy.ts";
import { storedObject } from "../../src/s3-proxy/stored-object.ts";
import { awsClients, LOCAL_CREDENTIALS } from "../../src/services/clients.ts";
import { startLocalServices } from "../../src/services/local-services.ts";
import type { Notification } from "../../src/topology/topology.ts";
import { temporaryFolder } from "../temporary-folder.ts";

export const BUCKET = "uploads";
export const EVERYTHING: Notification = {
  id: "all",
  bucket: BUCKET,
  functionName: "ingest",
  events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"],
  prefix: "",
  suffix: "",
};

/** An S3 proxy before real local services, with one bucket and whatever it announces. */
export async function runFront(notifications: readonly Notification[] = [EVERYTHING]) {
  const folder = temporaryFolder();
  const services = await startLocalServices(folder);
  const connection = { region: "us-east-1", credentials: LOCAL_CREDENTIALS };
  const behind = awsClients({ ...connection, endpoint: services.endpoint });
  const records: S3EventRecord[] = [];
  let deliver = async (record: S3EventRecord): Promise<void> => void records.push(record);
  const proxy = await startS3Proxy({
    ports: [0],
    upstream: services.endpoint,
    standsIn: true,
    folder,
    stored: (bucket, key) => storedObject(behind.s3, bucket, key),
    deliver: async (_function, event) => {
      for (const record of toRecords(event)) await deliver(record);
    },
  });
  proxy.route({ region: "us-east-1", notifications, schedules: [{ functionName: "audit" }] });
  const clients = awsClients({ ...connection, endpoint: proxy.endpoint });
  onTestFinished(async () => {
    clients.close();
    behind.close();
    await proxy.close();
    await services.close();
  });
  await clients.s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  return {
    ...clients,
    endpoint: proxy.endpoint,
    records,
    deliverBy(other: (record: S3EventRecord) => Promise<void>) {
      deliver = other;
    },
  };
}

function toRecords(event: unknown): S3EventRecord[] {
  const hasRecords = typeof event === "object" && event !== null && "Records" in event;
  return hasRecords && Array.isArray(event.Records) ? event.Records : [];
}

/** What a record's key is, to whoever reads it as AWS's documents say. */
export function keyOf({ s3 }: S3EventRecord): string {
  return decodeURIComponent(s3.object.key.replaceAll("+", " "));
}
