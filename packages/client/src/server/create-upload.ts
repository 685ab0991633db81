import { randomUUID } from "node:crypto";
import { extname } from "node:path";
import type { S3Client } from "@aws-sdk/client-s3";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { UploadRefused } from "./upload-refused.ts";

/** The life of a grant: enough to begin an upload, which may take longer. */
export const UPLOAD_SECONDS = 5 * 60;
/** S3 refuses longer keys. */
const MAX_KEY_BYTES = 1024;
const EXTENSION = /^\.[a-z0-9]{1,10}$/i;

/** The place of uploads, and their bound. */
export interface UploadPlace {
  s3: S3Client;
  uploadBucket: string;
  prefix: string;
  maxBytes: number;
}

export interface UploadOptions {
  /** The file's media type, as the browser knows it (`file.type`); the upload must have the same. */
  contentType: string;
  /** The file's name, whose extension the key gets. */
  name?: string;
  /** The key of the object, below the prefix (default: a random one, so that no upload replaces another). */
  key?: string;
  /** The most bytes that this upload may have (default, and at most: `maxBytes`). */
  maxBytes?: number;
}

/** A form to POST: the fields in their order, then the file as `file`. Uppy's `@uppy/aws-s3` takes it as it is. */
export interface Upload {
  method: "POST";
  url: string;
  fields: Record<string, string>;
  /** The key of the object, to wait for its image. */
  key: string;
}

/**
 * Presigns a form with which a browser may upload one object: this key, this type, at most this many bytes, within five minutes.
 * S3 itself refuses anything else, before it stores a byte.
 *
 * @throws {UploadRefused} when the key is not below the prefix, or is not valid
 */
export async function createUpload(place: UploadPlace, options: UploadOptions): Promise<Upload> {
  const key = options.key === undefined ? newKey(place, options.name) : checkedKey(place, options.key);
  const contentType = options.contentType || "application/octet-stream";
  const maxBytes = Math.min(options.maxBytes ?? place.maxBytes, place.maxBytes);
  const { url, fields } = await createPresignedPost(place.s3, {
    Bucket: place.uploadBucket,
    Key: key,
    Fields: { "Content-Type": contentType },
    Conditions: [
      ["content-length-range", 1, maxBytes],
      ["eq", "$Content-Type", contentType],
    ],
    Expires: UPLOAD_SECONDS,
  });
  return { method: "POST", url, fields, key };
}

/** Returns a new key below the prefix, with the extension of a file name. */
export function newKey({ prefix }: Pick<UploadPlace, "prefix">, name = ""): string {
  const extension = extname(name);
  return `${prefix}${randomUUID()}${EXTENSION.test(extension) ? extension.toLowerCase() : ""}`;
}

/** @throws {UploadRefused} when a client must not have this key */
export function checkedKey({ prefix }: Pick<UploadPlace, "prefix">, key: string): string {
  const fault =
    (!key.startsWith(prefix) || key === prefix) && prefix !== ""
      ? `the key must be below "${prefix}"`
      : key === "" || key.endsWith("/")
        ? "the key must be of an object, not of a folder"
        : Buffer.byteLength(key) > MAX_KEY_BYTES
          ? `the key must have at most ${MAX_KEY_BYTES} bytes`
          : // biome-ignore lint/suspicious/noTemplateCurlyInString: S3's own placeholder in forms
            key.includes("${filename}")
            ? "the key must not contain S3's placeholder for the file's name"
            : undefined;
  if (fault !== undefined) throw new UploadRefused(fault);
  return key;
}
