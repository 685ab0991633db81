import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { Progress, type ProgressStore } from "./progress.ts";

const KEY = "audit/progress.json";

/** The progress as an object of the processed bucket, the only one that the audit ever writes. */
export function s3ProgressStore(client: S3Client, bucket: string): ProgressStore {
  const at = { Bucket: bucket, Key: KEY };
  return {
    async read() {
      try {
        const { Body } = await client.send(new GetObjectCommand(at));
        return toProgress(await Body?.transformToString());
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
    async write(progress) {
      const Body = JSON.stringify(progress);
      await client.send(
        new PutObjectCommand({ ...at, Body, ContentType: "application/json", CacheControl: "no-cache" }),
      );
    },
  };
}

function toProgress(text = ""): Progress | "unreadable" {
  try {
    return Progress.parse(JSON.parse(text));
  } catch {
    return "unreadable";
  }
}
