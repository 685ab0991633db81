import {
  DeleteObjectsCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  paginateListObjectsV2,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { RenditionStore } from "./ports.ts";
import { toStoreError } from "./to-store-error.ts";

/** The metadata of everything we write: a loop guard for whoever copies outputs into the upload bucket. */
export const GENERATED_BY = "image-pipeline";

/** The lifecycle rule of the processed bucket removes objects with this tag after the grace period. */
const SUPERSEDED = { Key: "superseded", Value: "true" };

/** Renditions in the processed bucket: written once under keys that never change their content. */
export function s3RenditionStore(client: S3Client, bucket: string): RenditionStore {
  return {
    async put(key, { data, contentType, sha256 }) {
      await attempt(`writing ${key}`, () =>
        client.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: key,
            Body: data,
            ContentType: contentType,
            CacheControl: "public, max-age=31536000, immutable",
            ChecksumSHA256: Buffer.from(sha256, "hex").toString("base64"),
            Metadata: { "generated-by": GENERATED_BY },
          }),
        ),
      );
    },
    async expire(prefix) {
      await attempt(`expiring ${prefix}`, async () => {
        for await (const keys of listed(client, bucket, prefix)) {
          await Promise.all(
            keys.map((Key) =>
              client.send(
                new PutObjectTaggingCommand({ Bucket: bucket, Key, Tagging: { TagSet: [SUPERSEDED] } }),
              ),
            ),
          );
        }
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
