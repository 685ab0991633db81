import type { IncomingMessage } from "node:http";
import { guardedServer } from "../net/guarded-server.ts";
import { listen } from "../net/listen.ts";
import type { CloudFrontApi } from "../s3-proxy/dispatch.ts";
import { awsClients, LOCAL_CREDENTIALS } from "../services/clients.ts";
import type { Distribution } from "../topology/distribution.ts";
import { readBucket } from "./bucket-origin.ts";
import { cloudFrontApi } from "./cloudfront-api.ts";
import { distributionServer, type ViewerRequest } from "./distribution-server.ts";
import { edgeCache } from "./edge-cache.ts";
import { callFunction, type FunctionOriginPorts } from "./function-origin.ts";
import { sendAnswer } from "./send-answer.ts";

export interface EdgeOptions {
  /** The first free one of these is used; 0 is any. */
  ports: readonly number[];
  /** Origins whose pages may load pictures, or `*`. */
  allowedOrigins: readonly string[];
  now(): number;
}

/** A distribution and its origins. */
export interface EdgeRoutes extends Pick<FunctionOriginPorts, "invoke" | "region"> {
  distribution: Distribution;
  /** The local S3. */
  endpoint: string;
  onError(error: unknown): void;
}

/** A local CloudFront with one distribution. */
export interface EdgeServer {
  endpoint: string;
  api: CloudFrontApi;
  /**
   * Serves a distribution, with an empty cache. Requests wait until the first call.
   *
   * @param routes null for stacks without a distribution
   * @returns what ends it: requests wait again
   */
  route(routes: EdgeRoutes | null): () => void;
  close(): Promise<void>;
}

type Serve = (viewer: ViewerRequest) => ReturnType<ReturnType<typeof distributionServer>>;

/** @throws {UserFault} when no port may be opened */
export async function startEdgeServer({ ports, allowedOrigins, now }: EdgeOptions): Promise<EdgeServer> {
  let routed = Promise.withResolvers<Serve>();
  let invalidate: (id: string, paths: readonly string[]) => boolean = () => false;
  const server = guardedServer(
    (request, response) => {
      routed.promise
        .then((serve) => serve(toViewerRequest(request)))
        .then((answer) => sendAnswer(request, response, answer))
        .catch(() => response.destroy());
    },
    {
      allows: (origin) => allowedOrigins.includes("*") || allowedOrigins.includes(origin),
      answersPages: true,
    },
  );
  const endpoint = await listen(server, ports);
  return {
    endpoint,
    api: cloudFrontApi({ invalidate: (id, paths) => invalidate(id, paths), now }),
    route(routes) {
      const { serve, stop, ...rest } = routes === null ? NOTHING : serveRoutes(routes, now);
      invalidate = rest.invalidate;
      routed.resolve(serve);
      return () => {
        routed = Promise.withResolvers();
        stop();
      };
    },
    async close() {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      server.closeAllConnections();
      await promise;
    },
  };
}

const NOTHING = {
  serve: async () => ({
    status: 404,
    headers: { "content-type": "text/plain" },
    body: Buffer.from("The stacks have no distribution.\n"),
  }),
  invalidate: () => false,
  stop: () => undefined,
};

function serveRoutes({ distribution, endpoint, region, invoke, onError }: EdgeRoutes, now: () => number) {
  const cache = edgeCache(now);
  const { s3, close: stop } = awsClients({ endpoint, region, credentials: LOCAL_CREDENTIALS });
  const serve = distributionServer(distribution, {
    cache,
    now,
    onError,
    ask: (origin, request) =>
      origin.kind === "bucket"
        ? readBucket({ ...origin, request }, { endpoint, s3, distributionArn: distribution.arn })
        : callFunction({ ...origin, request }, { invoke, region, now }),
  });
  return {
    serve,
    stop,
    invalidate(id: string, paths: readonly string[]) {
      if (id !== distribution.id) return false;
      cache.invalidate(paths);
      return true;
    },
  };
}

function toViewerRequest({ method = "GET", url = "/", headers, socket }: IncomingMessage): ViewerRequest {
  const { host = "127.0.0.1" } = headers;
  const path = url.startsWith("/") ? url : "/";
  return {
    method,
    url: `http://${host}${path}`,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    ip: socket.remoteAddress ?? "127.0.0.1",
  };
}
