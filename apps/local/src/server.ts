import { type Clock, systemClock } from "./clock.ts";
import { asyncQueueName, newInvocation } from "./delivery/async-queue.ts";
import { type EdgeServer, startEdgeServer } from "./edge/edge-server.ts";
import { type S3Proxy, startS3Proxy } from "./s3-proxy/s3-proxy.ts";
import { s3StoredObjects } from "./s3-proxy/stored-object.ts";
import { awsClients, type Connection, LOCAL_CREDENTIALS } from "./services/clients.ts";
import { takeDataFolder } from "./services/data-folder.ts";
import { type LocalServices, startLocalServices } from "./services/local-services.ts";
import { webhookSecret } from "./services/webhook-secret.ts";

export interface ServerOptions {
  /** The first free one of these is used; 0 is any. */
  ports: readonly number[];
  /** Origins whose pages may read and write objects (default: none). */
  allowedOrigins?: readonly string[];
  /** The same for the local CloudFront (default: any port). */
  edgePorts?: readonly number[];
  /** Origins whose pages may load pictures from the local CloudFront, or `*` (default: none). */
  edgeOrigins?: readonly string[];
  /** Folder for the state: acknowledged writes are there again in the next run. */
  folder: string;
  /** The AWS endpoint behind the proxy (default: services in this process). */
  behind?: Connection;
  clock?: Clock;
}

/** The endpoint for clients and functions. Its requests wait until the stacks are known. */
export interface Server {
  proxy: S3Proxy;
  /** The local CloudFront. */
  edge: EdgeServer;
  /** The local services: the asynchronous invocations, and everything else unless there is another endpoint behind the proxy. */
  services: LocalServices;
  folder: string;
  /** The secret with which the local webhook is signed. */
  webhookSecret: string;
  close(): Promise<void>;
}

/** @throws {UserFault} when the port or the data folder is in use */
export async function startServer({
  ports,
  allowedOrigins = [],
  edgePorts = [0],
  edgeOrigins = [],
  folder,
  behind,
  clock = systemClock,
}: ServerOptions): Promise<Server> {
  const leaveFolder = await takeDataFolder(folder);
  const services = await startLocalServices(folder);
  const { s3, close: closeClients } = awsClients(
    behind ?? { endpoint: services.endpoint, region: "us-east-1", credentials: LOCAL_CREDENTIALS },
  );
  const edge = await startEdgeServer({ ports: edgePorts, allowedOrigins: edgeOrigins, now: clock.now });
  const secret = webhookSecret(folder);
  async function closeServices(): Promise<void> {
    closeClients();
    await edge.close();
    await services.close();
    leaveFolder();
  }
  try {
    const proxy = await startS3Proxy({
      ports,
      allowedOrigins,
      upstream: behind?.endpoint ?? services.endpoint,
      servicesAreLocal: behind === undefined,
      credentials: LOCAL_CREDENTIALS,
      folder,
      clock,
      ...(behind === undefined && {
        listener: services.listener,
        cloudFront: edge.api,
        webhookSecret: secret,
      }),
      stored: s3StoredObjects(s3),
      deliver: async (functionName, event) =>
        services.send(asyncQueueName(functionName), JSON.stringify(newInvocation(event, clock.now()))),
    });
    const close = () => proxy.close().then(closeServices);
    return { proxy, edge, services, folder, webhookSecret: secret, close };
  } catch (error) {
    await closeServices();
    throw error;
  }
}
