import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { onTestFinished } from "vitest";
import type { S3EventRecord } from "../../src/s3-proxy/s3-notification.ts";
import { type Routes, startS3Proxy } from "../../src/s3-proxy/s3-proxy.ts";
import { s3StoredObjects } from "../../src/s3-proxy/stored-object.ts";
import { awsClients, LOCAL_CREDENTIALS } from "../../src/services/clients.ts";
import { startLocalServices } from "../../src/services/local-services.ts";
import type { Notification } from "../../src/topology/topology.ts";
import { temporaryFolder } from "../temporary-folder.ts";

export const BUCKET = "uploads";
/** The pages that may use the proxy. */
export const ALLOWED_ORIGINS = ["http://localhost:3000"];
export const EVERYTHING: Notification = {
  id: "all",
  bucket: BUCKET,
  functionName: "ingest",
  events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"],
  prefix: "",
  suffix: "",
};
const CONNECTION = { region: "us-east-1", credentials: LOCAL_CREDENTIALS };

/** Real local services with one bucket, for a proxy to be started in front of. */
export async function runServices() {
  const folder = temporaryFolder();
  const services = await startLocalServices(folder);
  const behind = awsClients({ ...CONNECTION, endpoint: services.endpoint });
  onTestFinished(async () => {
    behind.close();
    await services.close();
  });
  await behind.s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  return { folder, endpoint: services.endpoint, listener: services.listener, s3: behind.s3 };
}
export type Services = Awaited<ReturnType<typeof runServices>>;

/**
 * A proxy that is not routed yet, and the records that it announces.
 *
 * @param upstream the address of services in another process (default: those of this process, as `start` has them)
 */
export async function startProxy(services: Services, upstream?: string) {
  const records: S3EventRecord[] = [];
  let deliver = async (record: S3EventRecord): Promise<void> => void records.push(record);
  const proxy = await startS3Proxy({
    ports: [0],
    allowedOrigins: ALLOWED_ORIGINS,
    upstream: upstream ?? services.endpoint,
    listener: upstream === undefined ? services.listener : undefined,
    servicesAreLocal: true,
    credentials: LOCAL_CREDENTIALS,
    folder: services.folder,
    stored: s3StoredObjects(services.s3),
    deliver: async (_function, event) => {
      for (const record of toRecords(event)) await deliver(record);
    },
  });
  const clients = awsClients({ ...CONNECTION, endpoint: proxy.endpoint });
  let closed: Promise<void> | undefined;
  function close(): Promise<void> {
    clients.close();
    closed ??= proxy.close();
    return closed;
  }
  onTestFinished(close);
  return {
    ...clients,
    endpoint: proxy.endpoint,
    records,
    route: (notifications: readonly Notification[] = [EVERYTHING]) => proxy.route(toRoutes(notifications)),
    close,
    deliverBy(other: (record: S3EventRecord) => Promise<void>) {
      deliver = other;
    },
  };
}

/** A routed proxy in front of real local services. */
export async function runProxy(notifications: readonly Notification[] = [EVERYTHING]) {
  const proxy = await startProxy(await runServices());
  await proxy.route(notifications);
  return proxy;
}

function toRoutes(notifications: readonly Notification[]): Routes {
  return { region: "us-east-1", notifications, eventRules: [], schedules: [{ functionName: "audit" }] };
}

function toRecords(event: unknown): S3EventRecord[] {
  const hasRecords = typeof event === "object" && event !== null && "Records" in event;
  return hasRecords && Array.isArray(event.Records) ? event.Records : [];
}

/** Decodes a record's key as AWS documents it. */
export function keyOf({ s3 }: S3EventRecord): string {
  return decodeURIComponent(s3.object.key.replaceAll("+", " "));
}
