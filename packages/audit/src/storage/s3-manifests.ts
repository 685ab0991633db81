import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { isNotFound } from "@image-pipeline/schema/aws";
import { Manifest } from "@image-pipeline/schema/manifest";
import type { Manifests, Read } from "../ports.ts";
import { listObjects } from "./list-objects.ts";

/** The manifests of the processed bucket, which are only ever read: the worker alone writes them. */
export function s3Manifests(client: S3Client, bucket: string): Manifests {
  return {
    async *list(prefix, after) {
      for await (const { key } of listObjects(client, { bucket, prefix, after })) yield key;
    },
    async read(key) {
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        return toManifest(await Body?.transformToString());
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    },
  };
}

function toManifest(text = ""): Read {
  try {
    return Manifest.safeParse(JSON.parse(text)).data ?? "unreadable";
  } catch {
    return "unreadable";
  }
}
