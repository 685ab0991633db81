import { type IncomingMessage, request as send } from "node:http";
import { GetObjectTaggingCommand, type S3Client, type Tag } from "@aws-sdk/client-s3";
import { readBody } from "../net/read-body.ts";
import { toXml } from "../net/xml.ts";
import { allowsRead, type BucketPolicy } from "../topology/bucket-policy.ts";
import type { OriginAnswer } from "./edge-cache.ts";
import type { EdgeRequest } from "./edge-function.ts";

/** Larger objects than any rendition are not served. */
const MAX_OBJECT_BYTES = 512 * 1024 * 1024;
/** Headers of one connection, and of the local runtime's own protection. */
const OWN_HEADERS = [
  "connection",
  "content-security-policy",
  "date",
  "keep-alive",
  "transfer-encoding",
  "x-content-type-options",
];

export interface BucketOriginPorts {
  /** The local S3. */
  endpoint: string;
  s3: S3Client;
  distributionArn: string;
}

/** Reads an object as CloudFront does through its origin access control: the bucket's policy decides. */
export async function readBucket(
  { bucket, policy, request }: { bucket: string; policy: BucketPolicy; request: EdgeRequest },
  { endpoint, s3, distributionArn }: BucketOriginPorts,
): Promise<OriginAnswer> {
  const path = request.uri;
  const key = decode(path.slice(1));
  // The bucket has no CORS rules, so S3 refuses OPTIONS.
  if (key === undefined || key === "" || request.method === "OPTIONS") return DENIED;
  const tags = await tagsOf(s3, bucket, key);
  const isAllowed = allowsRead(policy, {
    service: "cloudfront.amazonaws.com",
    resource: `arn:aws:s3:::${bucket}/${key}`,
    context: { "aws:SourceArn": distributionArn, "aws:SecureTransport": "true", ...tags },
  });
  if (!isAllowed) return DENIED;
  const answer = await get(`/${bucket}${path}`, endpoint);
  // CloudFront may not list, so S3 does not tell it that an object is missing.
  return answer.status === 404 ? DENIED : answer;
}

const DENIED: OriginAnswer = {
  status: 403,
  headers: { "content-type": "application/xml" },
  body: Buffer.from(toXml({ Error: { Code: "AccessDenied", Message: "Access Denied" } })),
};

/** Returns the tags as condition keys of a policy. An object that is missing has none. */
async function tagsOf(s3: S3Client, Bucket: string, Key: string): Promise<Record<string, string>> {
  const { TagSet = [] } = await s3
    .send(new GetObjectTaggingCommand({ Bucket, Key }))
    .catch((error: unknown): { TagSet?: Tag[] } => {
      if (error instanceof Error && error.name === "NoSuchKey") return {};
      throw error;
    });
  return Object.fromEntries(
    TagSet.map(({ Key: name = "", Value = "" }) => [`s3:ExistingObjectTag/${name}`, Value]),
  );
}

/** Sends the path as it is: `fetch` would change one with dot segments. */
async function get(path: string, endpoint: string): Promise<OriginAnswer> {
  const { hostname, port } = new URL(endpoint);
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  send({ hostname, port, path }, resolve).on("error", reject).end();
  const answer = await promise;
  const body = await readBody(answer, MAX_OBJECT_BYTES);
  const headers = Object.entries(answer.headers).filter(([name]) => !OWN_HEADERS.includes(name));
  return {
    status: answer.statusCode ?? 502,
    headers: Object.fromEntries(headers.map(([name, value]) => [name, String(value)])),
    body,
  };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
