import { createReadStream, existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import { GetObjectCommand, NoSuchBucket, type S3Client } from "@aws-sdk/client-s3";
import { isNotFound } from "@image-pipeline/schema/aws";
import { UserFault } from "@image-pipeline/schema/user-fault";

/** The files of one inventory: in a bucket, or a copy on this machine. */
export interface InventoryPlace {
  /** The address as the user gave it. */
  address: string;
  manifest(): Promise<string>;
  /** The content of `manifest.checksum`; undefined when it is not there. */
  checksum(): Promise<string | undefined>;
  /** Opens a file by its key in the manifest. */
  open(key: string): Promise<Readable>;
}

const CHECKSUM = "manifest.checksum";

/** @param address `s3://bucket/…/manifest.json`, or the path of a local copy */
export function inventoryPlace(address: string, s3: S3Client): InventoryPlace {
  return address.startsWith("s3://") ? bucketPlace(address, s3) : localPlace(address);
}

function bucketPlace(address: string, s3: S3Client): InventoryPlace {
  const [, bucket = "", key = ""] = /^s3:\/\/([^/]+)\/(.+)$/.exec(address) ?? [];
  if (key === "") throw new UserFault(`${address} must be s3://BUCKET/PREFIX/manifest.json`);
  const open = async (Key: string) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key })).catch((error: unknown) => {
      throw isNotFound(error) || error instanceof NoSuchBucket
        ? new UserFault(`there is no s3://${bucket}/${Key}`, 1, { cause: error })
        : error;
    });
    return Body;
  };
  return {
    address,
    manifest: async () => (await (await open(key))?.transformToString()) ?? "",
    checksum: async () => {
      const beside = `${key.slice(0, key.lastIndexOf("/") + 1)}${CHECKSUM}`;
      const body = await open(beside).catch(unlessMissing);
      return body?.transformToString();
    },
    async open(fileKey) {
      const body = await open(fileKey);
      if (body instanceof Readable) return body;
      throw new UserFault(`s3://${bucket}/${fileKey} cannot be read as a stream`);
    },
  };
}

/** A copy of the whole inventory keeps its layout; a copy of some files may have them beside the manifest. */
function localPlace(address: string): InventoryPlace {
  const folder = dirname(address);
  return {
    address,
    manifest: () => readFile(address, "utf8").catch(toMissing(address)),
    checksum: async () => {
      const beside = join(folder, CHECKSUM);
      return existsSync(beside) ? readFile(beside, "utf8") : undefined;
    },
    async open(key) {
      const name = basename(key);
      const places = [join(folder, "..", "data", name), join(folder, "data", name), join(folder, name)];
      const found = places.find((path) => existsSync(path));
      if (found !== undefined) return createReadStream(found);
      throw new UserFault(
        `${name}, a file of ${address}, is not there: it is looked for at ${places.join(", ")}`,
      );
    },
  };
}

function toMissing(address: string) {
  return (error: unknown): never => {
    throw new UserFault(`${address} cannot be read: give the path of an inventory's manifest.json`, 1, {
      cause: error,
    });
  };
}

function unlessMissing(error: unknown): undefined {
  if (error instanceof UserFault) return undefined;
  throw error;
}
