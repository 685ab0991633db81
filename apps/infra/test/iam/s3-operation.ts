import type { HttpCall } from "./aws-call.ts";
import type { Operation } from "./operation.ts";

/** Permissions by the parameter that names a part of a bucket (docs.aws.amazon.com/AmazonS3/latest/API). */
const PARTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  accelerate: { GET: "GetAccelerateConfiguration", PUT: "PutAccelerateConfiguration" },
  acl: { GET: "GetBucketAcl", PUT: "PutBucketAcl" },
  cors: { GET: "GetBucketCORS", PUT: "PutBucketCORS", DELETE: "PutBucketCORS" },
  encryption: {
    GET: "GetEncryptionConfiguration",
    PUT: "PutEncryptionConfiguration",
    DELETE: "PutEncryptionConfiguration",
  },
  lifecycle: {
    GET: "GetLifecycleConfiguration",
    PUT: "PutLifecycleConfiguration",
    DELETE: "PutLifecycleConfiguration",
  },
  location: { GET: "GetBucketLocation" },
  logging: { GET: "GetBucketLogging", PUT: "PutBucketLogging" },
  notification: { GET: "GetBucketNotification", PUT: "PutBucketNotification" },
  "object-lock": { GET: "GetBucketObjectLockConfiguration", PUT: "PutBucketObjectLockConfiguration" },
  ownershipControls: {
    GET: "GetBucketOwnershipControls",
    PUT: "PutBucketOwnershipControls",
    DELETE: "PutBucketOwnershipControls",
  },
  policy: { GET: "GetBucketPolicy", PUT: "PutBucketPolicy", DELETE: "DeleteBucketPolicy" },
  policyStatus: { GET: "GetBucketPolicyStatus" },
  publicAccessBlock: {
    GET: "GetBucketPublicAccessBlock",
    PUT: "PutBucketPublicAccessBlock",
    DELETE: "PutBucketPublicAccessBlock",
  },
  replication: { GET: "GetReplicationConfiguration", PUT: "PutReplicationConfiguration" },
  requestPayment: { GET: "GetBucketRequestPayment", PUT: "PutBucketRequestPayment" },
  tagging: { GET: "GetBucketTagging", PUT: "PutBucketTagging", DELETE: "PutBucketTagging" },
  versioning: { GET: "GetBucketVersioning", PUT: "PutBucketVersioning" },
  versions: { GET: "ListBucketVersions" },
  website: { GET: "GetBucketWebsite", PUT: "PutBucketWebsite", DELETE: "DeleteBucketWebsite" },
};
const BUCKET: Readonly<Record<string, string>> = {
  GET: "ListBucket",
  HEAD: "ListBucket",
  PUT: "CreateBucket",
  DELETE: "DeleteBucket",
};
const OBJECT: Readonly<Record<string, string>> = {
  GET: "GetObject",
  HEAD: "GetObject",
  PUT: "PutObject",
  DELETE: "DeleteObject",
};
/** Parameters that change nothing about the permission. */
const NEUTRAL = new Set([
  "delimiter",
  "encoding-type",
  "key-marker",
  "list-type",
  "max-keys",
  "prefix",
  "continuation-token",
  "version-id-marker",
  "versionId",
  "x-id",
]);

/** Returns the permission that a call of S3 needs as its action, with bucket, key and prefix; null for an unknown call. */
export function toS3Operation({ method, path, headers, body }: HttpCall): Operation | null {
  const { pathname, searchParams } = new URL(path, "http://s3");
  const [Bucket = "", ...rest] = pathname.slice(1).split("/").map(decodeURIComponent);
  const Key = rest.join("/");
  const Prefix = searchParams.get("prefix");
  const input = {
    Bucket,
    ...(Key !== "" && { Key }),
    ...(Prefix !== null && { Prefix }),
    ...encryptionOf(headers),
  };
  const [part, ...others] = [...searchParams.keys()].filter((name) => !NEUTRAL.has(name));
  const isVersion = searchParams.has("versionId");
  if (others.length > 0 || Bucket === "") return null;
  if (Key === "" && method === "POST" && part === "delete") return toDeletion(Bucket, body);
  if (part !== undefined) return Key === "" ? known(PARTS[part]?.[method], input) : null;
  if (Key === "") return known(BUCKET[method], input);
  const action = OBJECT[method];
  return known(isVersion && method !== "PUT" ? action?.replace("Object", "ObjectVersion") : action, input);
}

function known(action: string | undefined, input: Operation["input"]): Operation | null {
  return action === undefined ? null : { service: "s3", action, input };
}

/** Returns the deletion of several objects, which must all be of one kind: versions, or the newest objects. */
function toDeletion(Bucket: string, body: string): Operation | null {
  const Keys = [...body.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key]) => key);
  const versions = [...body.matchAll(/<VersionId>/g)].length;
  if (versions !== 0 && versions !== Keys.length) return null;
  return {
    service: "s3",
    action: versions > 0 ? "DeleteObjectVersion" : "DeleteObject",
    input: { Bucket, Keys },
  };
}

function encryptionOf(headers: HttpCall["headers"]): Record<string, string> {
  const algorithm = headers["x-amz-server-side-encryption"];
  const key = headers["x-amz-server-side-encryption-aws-kms-key-id"];
  return {
    ...(typeof algorithm === "string" && { Algorithm: algorithm }),
    ...(typeof key === "string" && { KMSKeyId: key }),
  };
}
