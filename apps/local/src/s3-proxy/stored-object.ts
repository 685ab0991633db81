import { HeadObjectCommand, NoSuchBucket, NotFound, type S3Client } from "@aws-sdk/client-s3";
import { type Stored, unquote } from "./preconditions.ts";

/** What stands at a key; undefined when nothing does. */
export async function storedObject(s3: S3Client, Bucket: string, Key: string): Promise<Stored | undefined> {
  try {
    const { ETag = "", ContentLength = 0 } = await s3.send(new HeadObjectCommand({ Bucket, Key }));
    return { eTag: unquote(ETag), size: ContentLength };
  } catch (error) {
    if (error instanceof NotFound || error instanceof NoSuchBucket) return undefined;
    throw error;
  }
}
