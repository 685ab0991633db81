import { GetObjectTaggingCommand, PutObjectTaggingCommand, type S3Client } from "@aws-sdk/client-s3";
import { toStoreError } from "@image-pipeline/lambda-kit";
import { statusOf } from "@image-pipeline/schema/aws";
import { PipelineError } from "@image-pipeline/schema/processing";
import type { RenditionTags } from "./ports.ts";

const ATTEMPTS = 4;

/**
 * Tags of renditions in the processed bucket. S3 replaces all tags of an object at once and has no condition for it. So this
 * writes the version that it read, and reads again: if the object was copied in between, as the worker does to expire it,
 * the new version gets the tag too.
 */
export function s3RenditionTags(client: S3Client, bucket: string): RenditionTags {
  return {
    async add(key, { name, value }) {
      const at = { Bucket: bucket, Key: key };
      try {
        for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
          const { TagSet = [], VersionId } = await client.send(new GetObjectTaggingCommand(at));
          if (TagSet.some((tag) => tag.Key === name && tag.Value === value)) return;
          const others = TagSet.filter((tag) => tag.Key !== name);
          await client.send(
            new PutObjectTaggingCommand({
              ...at,
              ...(VersionId && { VersionId }),
              Tagging: { TagSet: [...others, { Key: name, Value: value }] },
            }),
          );
        }
      } catch (error) {
        if (statusOf(error) === 404) return;
        throw toStoreError(error, `tagging ${key}`);
      }
      throw new PipelineError("STORE_UNAVAILABLE", `${key} was changed by other writers while it was tagged`);
    },
  };
}
