import { GetObjectTaggingCommand, type S3Client } from "@aws-sdk/client-s3";
import { toStoreError } from "@image-pipeline/lambda-kit";
import { statusOf } from "@image-pipeline/schema/aws";
import type { QuarantineCheck } from "./resolve.ts";

/**
 * Reads the tags of a rendition, not the rendition. The bucket's policy denies every read of a quarantined object to this
 * function, the one of its tags included, so a 403 is a quarantine; without that policy, the tag says it.
 */
export function s3QuarantineCheck(client: S3Client, bucket: string): QuarantineCheck {
  return {
    async stateOf(key) {
      try {
        const { TagSet = [] } = await client.send(new GetObjectTaggingCommand({ Bucket: bucket, Key: key }));
        const isTagged = TagSet.some(({ Key, Value }) => Key === "quarantine" && Value === "true");
        return isTagged ? "quarantined" : "readable";
      } catch (error) {
        const status = statusOf(error);
        if (status === 403) return "quarantined";
        if (status === 404) return "missing";
        throw toStoreError(error, `reading the tags of ${key}`);
      }
    },
  };
}
