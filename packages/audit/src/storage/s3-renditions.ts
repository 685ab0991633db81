import { createHash } from "node:crypto";
import { DeleteObjectsCommand, GetObjectCommand, HeadObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { isNotFound } from "@image-pipeline/schema/aws";
import type { Renditions } from "../ports.ts";
import { listFolders, listObjects } from "./list-objects.ts";

const ROOT = "renditions/";
/** DeleteObjects takes so many keys (docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html). */
const MAX_DELETES = 1000;

/** The renditions of the processed bucket. */
export function s3Renditions(client: S3Client, bucket: string): Renditions {
  const at = (key: string) => ({ Bucket: bucket, Key: key });
  return {
    async *list(imageId) {
      const objects = listObjects(client, { bucket, prefix: `${ROOT}${imageId}/` });
      for await (const { key, size: bytes, modifiedAt } of objects) yield { key, bytes, modifiedAt };
    },
    async *imageIds() {
      for await (const folder of listFolders(client, { bucket, prefix: ROOT }))
        yield folder.slice(ROOT.length, -1);
    },
    async isSuperseded(key) {
      const head = await unlessGone(client.send(new HeadObjectCommand(at(key))));
      return head && head.Metadata?.superseded === "true";
    },
    async sha256(key) {
      const object = await unlessGone(client.send(new GetObjectCommand(at(key)))).catch(unlessDenied);
      if (object === "denied") return "denied";
      if (!object?.Body) return undefined;
      return createHash("sha256")
        .update(await object.Body.transformToByteArray())
        .digest("hex");
    },
    async remove(keys) {
      for (let start = 0; start < keys.length; start += MAX_DELETES) {
        const Objects = keys.slice(start, start + MAX_DELETES).map((Key) => ({ Key }));
        await removeAll(client, bucket, Objects);
      }
    },
  };
}

async function removeAll(client: S3Client, Bucket: string, Objects: { Key: string }[]): Promise<void> {
  const Delete = { Objects, Quiet: true };
  const { Errors = [] } = await client.send(new DeleteObjectsCommand({ Bucket, Delete }));
  const [first] = Errors;
  if (first)
    throw new Error(`${Errors.length} objects not removed: ${first.Key}: ${first.Code} ${first.Message}`);
}

/** Quarantined renditions are readable by the pipeline only. */
function unlessDenied(error: unknown): "denied" {
  if (error instanceof Error && error.name === "AccessDenied") return "denied";
  throw error;
}

async function unlessGone<Answer>(answer: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
