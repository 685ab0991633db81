import { faults, type S3Fault } from "./s3-fault.ts";
import type { S3Request } from "./s3-request.ts";

/** Operations that change an object and so cause an event. */
export type Write = "put" | "copy" | "complete" | "post" | "delete" | "delete-many";

/** The way in which the proxy handles a request to S3. */
export type Handling =
  /** The local services do it. */
  | { by: "services" }
  | { by: "write"; write: Write }
  | { by: "tagging" }
  /** The same XML for every bucket or object that exists. */
  | { by: "document"; document: Readonly<Record<string, unknown>> }
  /** The same error; `ifExists` only for a bucket that exists. */
  | { by: "fault"; fault: S3Fault; ifExists?: boolean };

const services: Handling = { by: "services" };
const writes = (write: Write): Handling => ({ by: "write", write });
const tagging: Handling = { by: "tagging" };
const document = (content: Readonly<Record<string, unknown>>): Handling => ({
  by: "document",
  document: content,
});
const notSet = (code: string, message: string): Handling => ({
  by: "fault",
  fault: { status: 404, code, message },
  ifExists: true,
});
const refused = (fault: S3Fault): Handling => ({ by: "fault", fault });

const NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";
const empty = (element: string) => document({ [element]: { "@_xmlns": NAMESPACE } });

const OWNER = { ID: "LOCAL", DisplayName: "local" };
const ownerFullControl = document({
  AccessControlPolicy: {
    "@_xmlns": NAMESPACE,
    Owner: OWNER,
    AccessControlList: {
      Grant: {
        Grantee: {
          "@_xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
          "@_xsi:type": "CanonicalUser",
          ...OWNER,
        },
        Permission: "FULL_CONTROL",
      },
    },
  },
});

/**
 * Every request to S3 that is known here, as `METHOD bucket|object[?subresource]`
 * (docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html). A subresource in another
 * combination is not implemented, and a method without one is not allowed.
 */
const HANDLING: Readonly<Record<string, Handling>> = {
  "GET bucket": services,
  "HEAD bucket": services,
  "PUT bucket": services,
  "DELETE bucket": services,
  "POST bucket?delete": writes("delete-many"),
  "GET bucket?lifecycle": services,
  "PUT bucket?lifecycle": services,
  "DELETE bucket?lifecycle": services,
  "GET bucket?accelerate": empty("AccelerateConfiguration"),
  "GET bucket?acl": ownerFullControl,
  "GET bucket?cors": notSet("NoSuchCORSConfiguration", "The CORS configuration does not exist"),
  "GET bucket?encryption": notSet(
    "ServerSideEncryptionConfigurationNotFoundError",
    "The server side encryption configuration was not found",
  ),
  "GET bucket?location": empty("LocationConstraint"),
  "GET bucket?logging": empty("BucketLoggingStatus"),
  "GET bucket?object-lock": notSet(
    "ObjectLockConfigurationNotFoundError",
    "Object Lock configuration does not exist for this bucket",
  ),
  "GET bucket?ownershipControls": notSet(
    "OwnershipControlsNotFoundError",
    "The bucket ownership controls were not found",
  ),
  "GET bucket?policy": notSet("NoSuchBucketPolicy", "The bucket policy does not exist"),
  "GET bucket?policyStatus": notSet("NoSuchBucketPolicy", "The bucket policy does not exist"),
  "GET bucket?publicAccessBlock": notSet(
    "NoSuchPublicAccessBlockConfiguration",
    "The public access block configuration was not found",
  ),
  "GET bucket?replication": notSet(
    "ReplicationConfigurationNotFoundError",
    "The replication configuration was not found",
  ),
  "GET bucket?requestPayment": document({
    RequestPaymentConfiguration: { "@_xmlns": NAMESPACE, Payer: "BucketOwner" },
  }),
  "GET bucket?tagging": notSet("NoSuchTagSet", "The TagSet does not exist"),
  "GET bucket?versioning": empty("VersioningConfiguration"),
  "GET bucket?website": notSet(
    "NoSuchWebsiteConfiguration",
    "The specified bucket does not have a website configuration",
  ),
  "GET object": services,
  "HEAD object": services,
  "PUT object": writes("put"),
  "DELETE object": writes("delete"),
  "GET object?acl": ownerFullControl,
  "GET object?attributes": services,
  "GET object?tagging": tagging,
  "GET object?uploadId": services,
  "PUT object?tagging": tagging,
  "DELETE object?tagging": tagging,
  "POST object?uploads": services,
  "PUT object?uploadId": services,
  "POST object?uploadId": writes("complete"),
  "DELETE object?uploadId": services,
};

/** The query parameters by which S3 names a subresource; others, such as `prefix` or `x-id`, only refine a request. */
const SUBRESOURCES: ReadonlySet<string> = new Set([
  ...Object.keys(HANDLING).flatMap((request) => request.split("?").slice(1)),
  "abac",
  "analytics",
  "annotation",
  "intelligent-tiering",
  "inventory",
  "legal-hold",
  "metadataAnnotationTable",
  "metadataConfiguration",
  "metadataInventoryTable",
  "metadataJournalTable",
  "metadataTable",
  "metrics",
  "notification",
  "renameObject",
  "restore",
  "retention",
  "select",
  "session",
  "torrent",
  "versions",
]);

/** Returns how a request is handled. What would be taken for another request by the local services is refused. */
export function handlingOf({ method, key, query, isCopy, isForm }: S3Request): Handling {
  const level = key === "" ? "bucket" : "object";
  const subresources = [...query.keys()].filter((name) => SUBRESOURCES.has(name));
  const [subresource] = subresources;
  if (subresource === undefined) {
    if (method === "POST" && level === "bucket" && isForm) return writes("post");
    if (method === "PUT" && level === "object" && isCopy) return writes("copy");
    if (isVersioned(query)) return refused(faults.noSuchVersion);
    if (Number(query.get("partNumber") ?? 1) !== 1) return refused(faults.notImplemented);
    return HANDLING[`${method} ${level}`] ?? refused(faults.methodNotAllowed);
  }
  if (subresources.length > 1 || isVersioned(query) || isBrokenPart(method, query))
    return refused(faults.notImplemented);
  return HANDLING[`${method} ${level}?${subresource}`] ?? refused(faults.notImplemented);
}

/** Buckets are never versioned here: the only version of an object is called `null`. */
function isVersioned(query: URLSearchParams): boolean {
  return query.has("versionId") && query.get("versionId") !== "null";
}

/** Without its upload or its number, the local services take a part for a whole object. */
function isBrokenPart(method: string, query: URLSearchParams): boolean {
  return query.has("uploadId") && (!query.get("uploadId") || (method === "PUT" && !query.get("partNumber")));
}
