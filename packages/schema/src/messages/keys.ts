import { createHash, createHmac } from "node:crypto";
import type { Source } from "./source.ts";

/** S3 refuses keys over 1,024 bytes of UTF-8 (docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html). */
const MAX_KEY_BYTES = 1024;
/** The key of the environment's secret, which only the functions that render or analyse can read. */
export const SECRET_KEY = "secrets/renditions";
/** The prefixes of all objects that the pipeline writes to the processed bucket. */
export const PROCESSED_PREFIXES = [
  "manifests/",
  "renditions/",
  "analysis/",
  "failures/",
  "audit/",
  "secrets/",
] as const;
const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

/** Returns the image's name in keys: URL-safe, uniform, 26 characters (130 bits) for any bucket and key. */
export function toImageId(bucket: string, key: string): string {
  return digest(`${bucket}/${key}`);
}

/**
 * Returns the key of the manifest of a source.
 *
 * Every plain form ends in `.json` and no hashed form does, so two source keys never share a manifest.
 */
export function toManifestKey(bucket: string, key: string): string {
  const plain = `manifests/${key}.json`;
  return Buffer.byteLength(plain) <= MAX_KEY_BYTES ? plain : `manifests/.hashed/${toImageId(bucket, key)}`;
}

/** Returns the key of the analysis of an image. */
export function toAnalysisKey(imageId: string): string {
  return `analysis/${imageId}.json`;
}

/**
 * Returns the tag of one upload of a source under one recipe, which makes a rendition's key immutable. The sequencer is
 * part of it so that the same bytes, deleted and uploaded again, never share keys with renditions that are being removed.
 *
 * @param secret of the environment: without it nobody can compute the key of a rendition that no manifest names
 */
export function toRenditionTag(source: Omit<Source, "size">, recipeHash: string, secret: string): string {
  const { bucket, key, eTag, versionId, sequencer } = source;
  const identity = JSON.stringify([bucket, key, eTag, versionId, sequencer, recipeHash]);
  return toBase32(createHmac("sha256", secret).update(`tag ${identity}`).digest());
}

/** Returns the prefix of all renditions of one tag of an image, and of no other object. */
export function toRenditionPrefix(imageId: string, tag: string): string {
  return `renditions/${imageId}/${tag}/`;
}

/** Returns the path of every copy of an image at the edge: its renditions, and its readable addresses. */
export function toImagePath(imageId: string): string {
  return `/renditions/${imageId}/*`;
}

/** `renditions/<image id>/<tag>/<preset>.<extension>` */
export function toRenditionKey(at: {
  imageId: string;
  tag: string;
  preset: string;
  extension: string;
}): string {
  return `${toRenditionPrefix(at.imageId, at.tag)}${at.preset}.${at.extension}`;
}

/** Returns the first 26 characters of the lower-case base32 (RFC 4648, no padding) of a text's SHA-256. */
export function digest(text: string): string {
  return toBase32(createHash("sha256").update(text).digest());
}

/** Returns the first 130 bits as 26 characters. */
function toBase32(bytes: Buffer): string {
  let bits = 0n;
  for (const byte of bytes.subarray(0, 17)) bits = (bits << 8n) | BigInt(byte);
  bits >>= 6n;
  let out = "";
  for (let i = 0; i < 26; i++) {
    out = (BASE32[Number(bits & 31n)] ?? "") + out;
    bits >>= 5n;
  }
  return out;
}
