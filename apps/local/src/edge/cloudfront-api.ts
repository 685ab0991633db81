import type { ServerResponse } from "node:http";
import { z } from "zod";
import { readBody } from "../net/read-body.ts";
import { parseXml, toXml } from "../net/xml.ts";
import type { CloudFrontApi } from "../s3-proxy/dispatch.ts";
import type { Exchange } from "../s3-proxy/upstream.ts";

const PATH = /^\/2020-05-31\/distribution\/([^/?]+)\/invalidation(?:\/([^/?]+))?\/?(?:\?.*)?$/;
/** CloudFront accepts 3,000 paths of a few hundred bytes. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;
const NAMESPACE = "http://cloudfront.amazonaws.com/doc/2020-05-31/";

const Batch = z.object({
  InvalidationBatch: z.object({
    CallerReference: z.string().min(1),
    Paths: z.object({ Items: z.object({ Path: z.array(z.string()).min(1) }) }),
  }),
});

interface Invalidation {
  id: string;
  distributionId: string;
  reference: string;
  paths: readonly string[];
  createdAt: string;
}

interface Fault {
  status: number;
  code: string;
  message: string;
}
const faults = {
  noDistribution: {
    status: 404,
    code: "NoSuchDistribution",
    message: "The specified distribution does not exist.",
  },
  noInvalidation: {
    status: 404,
    code: "NoSuchInvalidation",
    message: "The specified invalidation does not exist.",
  },
  invalidPath: {
    status: 400,
    code: "InvalidArgument",
    message: "Your request contains one or more invalid invalidation paths.",
  },
  malformed: { status: 400, code: "MalformedXML", message: "The XML document is malformed." },
  unused: {
    status: 400,
    code: "InvalidationBatchAlreadyExists",
    message: "Your caller reference is already used by an invalidation of other paths.",
  },
  unsupported: {
    status: 501,
    code: "NotImplemented",
    message: "The local CloudFront has CreateInvalidation and GetInvalidation only.",
  },
} as const satisfies Record<string, Fault>;

export interface CloudFrontApiPorts {
  /** Removes copies at once; returns false if there is no such distribution. */
  invalidate(distributionId: string, paths: readonly string[]): boolean;
  now(): number;
}

/** Returns CloudFront's API for invalidations. Each is complete when it is created. */
export function cloudFrontApi({ invalidate, now }: CloudFrontApiPorts): CloudFrontApi {
  const invalidations: Invalidation[] = [];

  function create(distributionId: string, body: Buffer): Invalidation | Fault {
    const parsed = Batch.safeParse(parseXml(body.toString())).data;
    if (!parsed) return faults.malformed;
    const { CallerReference: reference, Paths } = parsed.InvalidationBatch;
    const paths = Paths.Items.Path;
    if (!paths.every((path) => /^\/[^*]*\*?$/.test(path))) return faults.invalidPath;
    const earlier = invalidations.find(
      (one) => one.distributionId === distributionId && one.reference === reference,
    );
    // A repeated request is the same invalidation.
    if (earlier) return earlier.paths.join() === paths.join() ? earlier : faults.unused;
    if (!invalidate(distributionId, paths)) return faults.noDistribution;
    const id = `I${crypto.randomUUID().replaceAll("-", "").slice(0, 13).toUpperCase()}`;
    const created = { id, distributionId, reference, paths, createdAt: new Date(now()).toISOString() };
    invalidations.push(created);
    return created;
  }

  async function answer({ request, response }: Exchange): Promise<void> {
    const body = await readBody(request, MAX_BODY_BYTES);
    const [matched, distributionId = "", id] = PATH.exec(request.url ?? "") ?? [];
    if (matched === undefined) return refuse(response, faults.unsupported);
    if (request.method === "POST" && id === undefined) {
      const made = create(distributionId, body);
      return "code" in made ? refuse(response, made) : give(response, 201, made);
    }
    if (request.method !== "GET" || id === undefined) return refuse(response, faults.unsupported);
    const found = invalidations.find((one) => one.distributionId === distributionId && one.id === id);
    return found ? give(response, 200, found) : refuse(response, faults.noInvalidation);
  }
  return (exchange) => (exchange.request.url?.startsWith("/2020-05-31/") ? answer(exchange) : undefined);
}

function give(
  response: ServerResponse,
  status: number,
  { id, reference, paths, createdAt }: Invalidation,
): void {
  response.writeHead(status, { "content-type": "text/xml" });
  const batch = { Paths: { Quantity: paths.length, Items: { Path: paths } }, CallerReference: reference };
  response.end(
    toXml({
      Invalidation: {
        "@_xmlns": NAMESPACE,
        Id: id,
        Status: "Completed",
        CreateTime: createdAt,
        InvalidationBatch: batch,
      },
    }),
  );
}

function refuse(response: ServerResponse, { status, code, message }: Fault): void {
  response.writeHead(status, { "content-type": "text/xml" });
  const error = { Type: status < 500 ? "Sender" : "Receiver", Code: code, Message: message };
  response.end(
    toXml({ ErrorResponse: { "@_xmlns": NAMESPACE, Error: error, RequestId: crypto.randomUUID() } }),
  );
}
