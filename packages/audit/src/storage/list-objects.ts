import { type _Object, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";

export interface ObjectListing {
  bucket: string;
  prefix: string;
  /** Only keys behind this one. */
  after?: string | undefined;
  /** Objects of one request (default: 1000). */
  pageSize?: number;
}

/** An object of a listing; the eTag is without quotes. */
export interface ListedObject {
  key: string;
  eTag: string;
  size: number;
  modifiedAt: Date;
}

/** Every object under a prefix, a page at a time, in S3's order: that of the keys' UTF-8 bytes. */
export async function* listObjects(
  client: S3Client,
  { bucket, prefix, after, pageSize }: ObjectListing,
): AsyncGenerator<ListedObject> {
  const request = {
    Bucket: bucket,
    Prefix: prefix,
    EncodingType: "url",
    ...(after && { StartAfter: after }),
    ...(pageSize && { MaxKeys: pageSize }),
  } as const;
  for await (const { Contents = [], EncodingType } of paginateListObjectsV2({ client }, request)) {
    for (const object of Contents) {
      const listed = toListed(object, EncodingType);
      if (listed) yield listed;
    }
  }
}

/** The folders right under a prefix, each with the prefix and the closing slash. */
export async function* listFolders(
  client: S3Client,
  { bucket, prefix }: ObjectListing,
): AsyncGenerator<string> {
  const request = { Bucket: bucket, Prefix: prefix, Delimiter: "/", EncodingType: "url" } as const;
  for await (const { CommonPrefixes = [], EncodingType } of paginateListObjectsV2({ client }, request)) {
    for (const { Prefix } of CommonPrefixes) if (Prefix !== undefined) yield decode(Prefix, EncodingType);
  }
}

function toListed(object: _Object, encoding: string | undefined): ListedObject | undefined {
  const { Key, ETag = "", Size = 0, LastModified } = object;
  if (Key === undefined || LastModified === undefined) return undefined;
  const eTag = ETag.replaceAll('"', "");
  return { key: decode(Key, encoding), eTag, size: Size, modifiedAt: LastModified };
}

/** Keys are asked for form-encoded, since XML 1.0 lacks some characters that a key may hold. */
function decode(text: string, encoding: string | undefined): string {
  return encoding === "url" ? toKey(text) : text;
}

/** Decodes a key of a listing or an inventory, which S3 encodes as forms do: a space is a plus sign. */
export function toKey(encoded: string): string {
  return decodeURIComponent(encoded.replaceAll("+", " "));
}
