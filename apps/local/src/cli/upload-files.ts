import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { InputFile } from "./input-files.ts";
import type { Session } from "./session.ts";

const AT_ONCE = 4;
/** A file up to this size is read into memory, so that the client can send it again; a larger one is streamed. */
const MAX_BUFFERED_BYTES = 16 * 1024 * 1024;

export interface UploadOptions {
  s3: S3Client;
  bucket: string;
  show: Pick<Session, "started" | "uploaded" | "notUploaded">;
}

/** Uploads files, a few at once; one that fails holds up no other. */
export async function uploadFiles(files: readonly InputFile[], options: UploadOptions): Promise<void> {
  const queue = files.values();
  async function work(): Promise<void> {
    for (const file of queue) await upload(file, options);
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

async function upload(file: InputFile, { s3, bucket, show }: UploadOptions): Promise<void> {
  const { path, key, bytes } = file;
  show.started(key);
  try {
    const Body = bytes <= MAX_BUFFERED_BYTES ? await readFile(path) : createReadStream(path);
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body, ContentLength: bytes }));
    show.uploaded(file);
  } catch (error) {
    show.notUploaded(file, error);
  }
}
