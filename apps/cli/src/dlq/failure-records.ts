import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { Failure, toFailureKey } from "@image-pipeline/schema/processing";

export interface FailureRecords {
  /** @returns undefined when there is no record, or none that can be parsed */
  find(messageId: string): Promise<Failure | undefined>;
}

export function s3FailureRecords(s3: S3Client, bucket: string): FailureRecords {
  return {
    async find(messageId) {
      try {
        const { Body } = await s3.send(
          new GetObjectCommand({ Bucket: bucket, Key: toFailureKey(messageId) }),
        );
        return Failure.safeParse(JSON.parse((await Body?.transformToString()) ?? "")).data;
      } catch (error) {
        if (error instanceof SyntaxError || (error instanceof Error && error.name === "NoSuchKey"))
          return undefined;
        throw error;
      }
    },
  };
}
