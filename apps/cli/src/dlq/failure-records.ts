import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";

/** The worker's record of a message's last error, in the processed bucket as `failures/<message id>.json`. */
const Failure = z.object({
  code: z.string(),
  text: z.string(),
  at: z.string(),
  receiveCount: z.number(),
  key: z.string().nullable(),
});
export type Failure = z.infer<typeof Failure>;

export interface FailureRecords {
  /** @returns undefined when there is no record, or none that can be parsed */
  find(messageId: string): Promise<Failure | undefined>;
}

export function s3FailureRecords(s3: S3Client, bucket: string): FailureRecords {
  return {
    async find(messageId) {
      try {
        const { Body } = await s3.send(
          new GetObjectCommand({ Bucket: bucket, Key: `failures/${messageId}.json` }),
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
