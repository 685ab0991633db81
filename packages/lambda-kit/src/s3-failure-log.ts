import { DeleteObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { type Failure, GENERATED_METADATA, toFailureKey } from "@image-pipeline/schema/processing";

/** The failure records in the processed bucket, in which an operator finds why a message failed. */
export interface FailureLog {
  record(messageId: string, failure: Failure): Promise<void>;
  clear(messageId: string): Promise<void>;
}

export function s3FailureLog(client: S3Client, bucket: string): FailureLog {
  const at = (messageId: string) => ({ Bucket: bucket, Key: toFailureKey(messageId) });
  return {
    async record(messageId, failure) {
      await client.send(
        new PutObjectCommand({
          ...at(messageId),
          Body: JSON.stringify(failure),
          ContentType: "application/json",
          Metadata: GENERATED_METADATA,
        }),
      );
    },
    async clear(messageId) {
      await client.send(new DeleteObjectCommand(at(messageId)));
    },
  };
}
