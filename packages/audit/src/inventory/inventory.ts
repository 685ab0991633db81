import { createHash } from "node:crypto";
import { UserFault } from "@image-pipeline/schema/user-fault";
import * as z from "zod";
import type { InventoryPlace } from "./inventory-place.ts";

/** A report of S3 Inventory about one bucket (docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html). */
export interface Inventory {
  /** The bucket that it lists. */
  bucket: string;
  /** The time at which S3 began to list the bucket. */
  createdAt: Date;
  files: readonly InventoryFile[];
  columns: Columns;
}

export interface InventoryFile {
  /** Its key in the bucket of the inventory. */
  key: string;
  bytes: number;
  /** MD5 of its bytes, in hexadecimal. */
  md5: string;
}

const NEEDED = ["Key", "Size", "LastModifiedDate", "ETag"] as const;
/** Only inventories of all versions have these. */
const OF_VERSIONS = ["IsLatest", "IsDeleteMarker"] as const;

/** The position of each field in a line. */
export type Columns = Record<(typeof NEEDED)[number], number> &
  Partial<Record<(typeof OF_VERSIONS)[number], number>>;

const InventoryManifest = z.object({
  sourceBucket: z.string(),
  fileFormat: z.string(),
  fileSchema: z.string(),
  creationTimestamp: z.string().regex(/^\d{1,15}$/),
  files: z.array(z.object({ key: z.string(), size: z.int().nonnegative(), MD5checksum: z.string() })),
});

/** Reads an inventory's `manifest.json`. @throws {UserFault} when it is damaged, or lacks a field that an audit needs */
export async function readInventoryManifest(place: InventoryPlace): Promise<Inventory> {
  const text = await place.manifest();
  const checksum = await place.checksum();
  if (checksum !== undefined && checksum.trim() !== md5(text))
    throw new UserFault(`${place.address} is damaged: its MD5 is not that of manifest.checksum beside it`);
  const manifest = InventoryManifest.safeParse(toJson(text)).data;
  if (!manifest) throw new UserFault(`${place.address} is not the manifest.json of an S3 inventory`);
  const { sourceBucket: bucket, fileFormat, fileSchema, creationTimestamp, files } = manifest;
  if (fileFormat !== "CSV")
    throw new UserFault(
      `the inventory of ${bucket} has files of ${fileFormat}, and only CSV is read: set the output format of its inventory configuration to CSV`,
    );
  return {
    bucket,
    createdAt: new Date(Number(creationTimestamp)),
    files: files.map(({ key, size, MD5checksum }) => ({ key, bytes: size, md5: MD5checksum })),
    columns: toColumns(fileSchema, bucket),
  };
}

function toColumns(fileSchema: string, bucket: string): Columns {
  const fields = fileSchema.split(",").map((field) => field.trim());
  const missing = NEEDED.filter((field) => !fields.includes(field));
  if (missing.length > 0)
    throw new UserFault(
      `the inventory of ${bucket} lacks ${missing.join(", ")}: add it to the fields of its inventory configuration`,
    );
  const at = (field: string) => fields.indexOf(field);
  const ofVersions = OF_VERSIONS.filter((field) => fields.includes(field)).map((field) => [field, at(field)]);
  const [Key, Size, LastModifiedDate, ETag] = NEEDED.map(at);
  return {
    Key: Key ?? 0,
    Size: Size ?? 0,
    LastModifiedDate: LastModifiedDate ?? 0,
    ETag: ETag ?? 0,
    ...Object.fromEntries(ofVersions),
  };
}

function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
