import { DeleteObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { GENERATED_BY } from "./generated-by.ts";

/** The last error of a message, for whoever finds that message in the dead-letter queue. */
export interface Failure {
  code: string;
  text: string;
  at: string;
  receiveCount: number;
  key: string | null;
}

/** Where an operator finds why a message failed: `failures/<message id>.json` in the processed bucket. */
export interface FailureLog {
  record(messageId: string, failure: Failure): Promise<void>;
  clear(messageId: string): Promise<void>;
}

export function s3FailureLog(client: S3Client, bucket: string): FailureLog {
  const at = (messageId: string) => ({ Bucket: bucket, Key: `failures/${messageId}.json` });
  return {
    async record(messageId, failure) {
      await client.send(
        new PutObjectCommand({
          ...at(messageId),
          Body: JSON.stringify(failure),
          ContentType: "application/json",
          Metadata: { "generated-by": GENERATED_BY },
        }),
      );
    },
    async clear(messageId) {
      await client.send(new DeleteObjectCommand(at(messageId)));
    },
  };
}
