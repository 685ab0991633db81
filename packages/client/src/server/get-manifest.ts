import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { toManifestKey } from "@image-pipeline/schema/keys";
import type { Manifest } from "../contract.ts";

export interface ManifestPlace {
  s3: S3Client;
  uploadBucket: string;
  processedBucket: string;
}

/**
 * Reads the manifest of an image, by the key of its upload.
 *
 * @returns undefined if it has none yet
 */
export async function getManifest(
  { s3, uploadBucket, processedBucket }: ManifestPlace,
  key: string,
  abortSignal?: AbortSignal,
): Promise<Manifest | undefined> {
  const command = new GetObjectCommand({ Bucket: processedBucket, Key: toManifestKey(uploadBucket, key) });
  try {
    const { Body } = await s3.send(command, { ...(abortSignal && { abortSignal }) });
    const content: unknown = JSON.parse((await Body?.transformToString()) ?? "");
    if (isManifest(content)) return content;
  } catch (error) {
    if (error instanceof Error && ["NoSuchKey", "NotFound"].includes(error.name)) return undefined;
    throw error;
  }
  throw new Error(`s3://${processedBucket}/${command.input.Key} is not a manifest of version 1`);
}

/** The pipeline itself checks all of a manifest before it writes one; this only tells one from any other object. */
function isManifest(content: unknown): content is Manifest {
  return (
    typeof content === "object" &&
    content !== null &&
    "schema" in content &&
    content.schema === "image-manifest.v1" &&
    "status" in content &&
    typeof content.status === "string"
  );
}
