import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from "@aws-sdk/client-s3";
import { type Secret, toStoreError } from "@image-pipeline/lambda-kit";
import { statusOf } from "@image-pipeline/schema/aws";
import { toRenditionMetadata } from "@image-pipeline/schema/processing";
import type { RenditionStore } from "./ports.ts";

/** Renditions in the processed bucket: written once under keys that never change their content. */
export function s3RenditionStore(client: S3Client, bucket: string, secret: Secret): RenditionStore {
  return {
    async put(key, { data, contentType, sha256 }) {
      const made = { sha256, secret: await secret() };
      await attempt(`writing ${key}`, () =>
        client.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: key,
            Body: data,
            ContentType: contentType,
            CacheControl: "public, max-age=31536000, immutable",
            ChecksumSHA256: Buffer.from(sha256, "hex").toString("base64"),
            Metadata: toRenditionMetadata(made),
          }),
        ),
      );
    },
    async expire(prefix) {
      await attempt(`expiring ${prefix}`, async () => {
        for await (const keys of listed(client, bucket, prefix))
          await Promise.all(keys.map((key) => expireObject(client, bucket, key)));
      });
    },
    async remove(prefix) {
      await attempt(`removing ${prefix}`, async () => {
        for await (const keys of listed(client, bucket, prefix)) {
          const Delete = { Objects: keys.map((Key) => ({ Key })), Quiet: true };
          const { Errors = [] } = await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete }));
          if (Errors[0])
            throw new Error(`${Errors.length} objects not removed: ${Errors[0].Code} ${Errors[0].Message}`);
        }
      });
    },
  };
}

/**
 * Copies an object over itself with the tag that the bucket's lifecycle rule removes objects by. A tag alone would not
 * be enough: the rule counts its days from an object's creation, so an old one would be gone within a day of being replaced
 * (docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html). The metadata records the copy, because another
 * copy would restart the grace period. A missing object needs nothing.
 */
async function expireObject(client: S3Client, Bucket: string, Key: string): Promise<void> {
  try {
    const { Metadata, ContentType, CacheControl } = await client.send(new HeadObjectCommand({ Bucket, Key }));
    if (Metadata?.superseded === "true") return;
    await client.send(
      new CopyObjectCommand({
        Bucket,
        Key,
        CopySource: `${Bucket}/${Key}`,
        MetadataDirective: "REPLACE",
        Metadata: { ...Metadata, superseded: "true" },
        ContentType,
        CacheControl,
        TaggingDirective: "REPLACE",
        Tagging: (await tagsOf(client, { Bucket, Key })).toString(),
      }),
    );
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
  }
}

/** Returns the tag to expire by and the object's own tags: a quarantined rendition stays quarantined until it expires. */
async function tagsOf(client: S3Client, at: { Bucket: string; Key: string }): Promise<URLSearchParams> {
  const { TagSet = [] } = await client.send(new GetObjectTaggingCommand(at));
  const tags = TagSet.map(({ Key = "", Value = "" }): [string, string] => [Key, Value]);
  return new URLSearchParams([...tags, ["superseded", "true"]]);
}

async function* listed(client: S3Client, bucket: string, prefix: string): AsyncGenerator<string[]> {
  for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
    const keys = (page.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
    if (keys.length > 0) yield keys;
  }
}

async function attempt(doing: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw toStoreError(error, doing);
  }
}
