import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

export interface ListedVersion {
  key: string;
  size: number;
  eTag: string;
  modifiedAt: Date;
  /** Of a bucket with versions: false for an older version, or a delete marker. */
  isLatest?: boolean;
  isDeleteMarker?: boolean;
}

export interface WrittenInventory {
  bucket: string;
  objects: Iterable<ListedVersion>;
  createdAt?: Date;
  /** The number of files that the lines are dealt to, so that they are in no order. */
  files?: number;
  /** Changes to `manifest.json`, before its checksum is written. */
  manifest?: object;
}

const SCHEMA = "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate, ETag, StorageClass";

/** Writes an inventory as S3 Inventory lays it out. @returns the path of its `manifest.json` */
export function writeInventory(
  folder: string,
  {
    bucket,
    objects,
    createdAt = new Date("2026-01-01T01:00:00Z"),
    files = 2,
    manifest = {},
  }: WrittenInventory,
): string {
  const [root, prefix] = [join(folder, bucket, "daily"), `${bucket}/daily`];
  const lines: string[][] = Array.from({ length: files }, () => []);
  let index = 0;
  for (const object of objects) lines[index++ % files]?.push(toLine(bucket, object));
  for (const name of ["data", "2026-01-01T01-00Z"]) mkdirSync(join(root, name), { recursive: true });
  const written = lines.map((file, number) => {
    const bytes = gzipSync(file.toReversed().join(""), { level: 1 });
    const name = `${number}.csv.gz`;
    writeFileSync(join(root, "data", name), bytes);
    return { key: `${prefix}/data/${name}`, size: bytes.length, MD5checksum: md5(bytes) };
  });
  const text = JSON.stringify({
    sourceBucket: bucket,
    destinationBucket: "arn:aws:s3:::inventories",
    version: "2016-11-30",
    creationTimestamp: String(createdAt.getTime()),
    fileFormat: "CSV",
    fileSchema: SCHEMA,
    files: written,
    ...manifest,
  });
  const path = join(root, "2026-01-01T01-00Z", "manifest.json");
  writeFileSync(path, text);
  writeFileSync(join(root, "2026-01-01T01-00Z", "manifest.checksum"), md5(text));
  return path;
}

function toLine(bucket: string, object: ListedVersion): string {
  const { key, size, eTag, modifiedAt, isLatest = true, isDeleteMarker = false } = object;
  const encoded = encodeURIComponent(key).replaceAll("%20", "+");
  const ofVersion = ["v1", String(isLatest), String(isDeleteMarker)];
  const fields = [bucket, encoded, ...ofVersion, String(size), modifiedAt.toISOString(), eTag, "STANDARD"];
  return `${fields.map((field) => `"${field}"`).join(",")}\n`;
}

function md5(content: string | Buffer): string {
  return createHash("md5").update(content).digest("hex");
}
