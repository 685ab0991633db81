import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { access, constants, mkdir, rename, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { UserFault } from "@image-pipeline/schema/user-fault";

/** File systems take names up to 255 bytes; an S3 key without a slash can be longer. */
const MAX_NAME_BYTES = 240;
/** Such as `.jpg.json`, of a manifest. */
const EXTENSIONS = /(\.[a-z0-9]{1,8}){1,2}$/i;

/** @throws {UserFault} when the folder cannot be made or written */
export async function openOutFolder(folder: string): Promise<string> {
  const path = resolve(folder);
  try {
    await mkdir(path, { recursive: true });
    await access(path, constants.W_OK);
    return path;
  } catch (error) {
    throw new UserFault(
      `--out ${folder} cannot be written: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/** Copies an object to its path in the folder, by a rename: a reader never sees half a file. */
export async function copyObject(
  s3: S3Client,
  { bucket, key }: { bucket: string; key: string },
  folder: string,
): Promise<void> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  if (!(Body instanceof Readable)) throw new Error(`${key} has no body`);
  const path = toPath(folder, key);
  const unfinished = `${path}.${process.pid}.part`;
  await mkdir(dirname(path), { recursive: true });
  try {
    await pipeline(Body, createWriteStream(unfinished));
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

/**
 * The path of a key in the folder: the key itself, unless a part of it would lead out of the folder or is no valid file
 * name. Such a part is percent-encoded; one that is too long is cut, with its hash, and keeps its extensions.
 */
export function toPath(folder: string, key: string): string {
  return join(folder, ...key.split("/").map(toName));
}

function toName(part: string): string {
  if (part === "") return "%2F";
  const name = /^\.{1,2}$/.test(part) ? part.replaceAll(".", "%2E") : part.replaceAll("\0", "%00");
  if (Buffer.byteLength(name) <= MAX_NAME_BYTES) return name;
  const hash = createHash("sha256").update(part).digest("hex").slice(0, 16);
  const [extensions = ""] = EXTENSIONS.exec(name) ?? [];
  return `${firstBytes(name, MAX_NAME_BYTES - hash.length - 1 - extensions.length)}~${hash}${extensions}`;
}

function firstBytes(text: string, bytes: number): string {
  return Buffer.from(text).subarray(0, bytes).toString().replaceAll("\ufffd", "");
}
