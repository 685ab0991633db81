import { HeadObjectCommand, type HeadObjectCommandOutput, type S3Client } from "@aws-sdk/client-s3";
import { isNotFound } from "@image-pipeline/schema/aws";
import { hasMark } from "@image-pipeline/schema/processing";
import * as z from "zod";
import type { ExistingSource, Sources } from "../ports.ts";
import { listObjects } from "./list-objects.ts";

/** The upload bucket, which is only ever read. */
export function s3Sources(client: S3Client, bucket: string): Sources {
  return {
    bucket,
    list: (prefix, after) => listObjects(client, { bucket, prefix, after }),
    async find(key) {
      try {
        const { head, seenAt } = await headWithDate(client, { Bucket: bucket, Key: key });
        return toSource(key, head, seenAt);
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    },
  };
}

const Dated = z.object({ headers: z.object({ date: z.string().transform((text) => new Date(text)) }) });

/** The SDK keeps the date of an answer to itself, so it is taken from the answer as it comes. */
async function headWithDate(client: S3Client, place: { Bucket: string; Key: string }) {
  const command = new HeadObjectCommand(place);
  const dates: Date[] = [];
  command.middlewareStack.add(
    (next) => async (call) => {
      const result = await next(call);
      dates.push(Dated.parse(result.response).headers.date);
      return result;
    },
    { step: "deserialize" },
  );
  const head = await client.send(command);
  return { head, seenAt: dates.at(-1) };
}

/** S3 calls an object from before versioning `null`; its notifications say nothing then. */
function toSource(key: string, head: HeadObjectCommandOutput, seenAt: Date | undefined): ExistingSource {
  const { ETag, VersionId, ContentLength = 0, LastModified, Metadata } = head;
  if (!ETag || !LastModified || !seenAt) throw new Error(`S3 says neither eTag nor date of ${key}`);
  return {
    key,
    eTag: ETag.replaceAll('"', ""),
    size: ContentLength,
    modifiedAt: LastModified,
    seenAt,
    versionId: VersionId === undefined || VersionId === "null" ? null : VersionId,
    isGenerated: hasMark(Metadata),
  };
}
