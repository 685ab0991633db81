import {
  HeadBucketCommand,
  HeadObjectCommand,
  NoSuchBucket,
  NotFound,
  type S3Client,
} from "@aws-sdk/client-s3";

/** An object as it is stored now; the eTag is without quotes. */
export interface Stored {
  eTag: string;
  /** In bytes. */
  size: number;
  /** Milliseconds since 1970, in whole seconds. */
  modifiedAt: number;
}

/** Reads the objects that the services behind the proxy store. */
export interface StoredObjects {
  /** Returns undefined if there is no such object or bucket. */
  find(bucket: string, key: string): Promise<Stored | undefined>;
  hasBucket(bucket: string): Promise<boolean>;
}

export function s3StoredObjects(s3: S3Client): StoredObjects {
  return {
    find: (Bucket, Key) =>
      unlessMissing(async () => {
        const {
          ETag = "",
          ContentLength = 0,
          LastModified,
        } = await s3.send(new HeadObjectCommand({ Bucket, Key }));
        return { eTag: unquote(ETag), size: ContentLength, modifiedAt: LastModified?.getTime() ?? 0 };
      }),
    hasBucket: async (Bucket) =>
      (await unlessMissing(() => s3.send(new HeadBucketCommand({ Bucket })))) !== undefined,
  };
}

async function unlessMissing<Result>(read: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof NotFound || error instanceof NoSuchBucket) return undefined;
    throw error;
  }
}

/** Removes the quotes around an eTag: events have none. */
export function unquote(eTag: string): string {
  return eTag.replace(/^"|"$/g, "");
}
