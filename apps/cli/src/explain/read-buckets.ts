import {
  GetObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type ObjectVersion,
  type S3Client,
} from "@aws-sdk/client-s3";
import { Analysis } from "@image-pipeline/schema/analysis";
import { isNotFound } from "@image-pipeline/schema/aws";
import { toAnalysisKey, toImageId } from "@image-pipeline/schema/keys";
import { Manifest } from "@image-pipeline/schema/manifest";
import leven from "leven"; // counts the changes between two keys
import * as z from "zod";
import type { OpenPipeline } from "../connection/open-pipeline.ts";
import type { LogLine } from "../logs/log-line.ts";
import type { SourceVersion } from "./story.ts";
import type { ManifestVersion } from "./traces.ts";

/** A manifest that changed more often shows its newest versions. */
const MAX_MANIFESTS = 10;
const MAX_NEAR_KEYS = 3;
const MAX_LISTED = 1000;

/** Lists every version of one object and its delete markers, newest first. */
export async function versionsOf(s3: S3Client, Bucket: string, Key: string): Promise<SourceVersion[]> {
  const found: SourceVersion[] = [];
  let next: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {};
  while (next) {
    const page: ListObjectVersionsCommandOutput = await s3.send(
      new ListObjectVersionsCommand({ Bucket, Prefix: Key, ...next }),
    );
    const { Versions = [], DeleteMarkers = [], IsTruncated, NextKeyMarker, NextVersionIdMarker } = page;
    const markers = DeleteMarkers.map((marker) => ({ ...marker, ETag: undefined, Size: undefined }));
    for (const version of [...Versions, ...markers]) if (version.Key === Key) found.push(toVersion(version));
    // The listing is in the order of the keys: longer ones follow.
    const hasMore = IsTruncated && NextKeyMarker === Key;
    next = hasMore ? { KeyMarker: NextKeyMarker, VersionIdMarker: NextVersionIdMarker } : undefined;
  }
  return found.sort((a, b) => Number(b.isLatest) - Number(a.isLatest) || b.at.localeCompare(a.at));
}

function toVersion(version: ObjectVersion): SourceVersion {
  const { VersionId, LastModified = new Date(0), IsLatest = false, ETag, Size } = version;
  return {
    versionId: VersionId === undefined || VersionId === "null" ? null : VersionId,
    eTag: ETag?.replaceAll('"', "") ?? null,
    bytes: Size ?? null,
    at: LastModified.toISOString(),
    isLatest: IsLatest,
  };
}

/** Reads the object itself, of a bucket without versions. */
export async function currentVersion({ sources }: OpenPipeline, key: string): Promise<SourceVersion[]> {
  const source = await sources.find(key);
  if (!source) return [];
  const { versionId, eTag, size: bytes, modifiedAt } = source;
  return [{ versionId, eTag, bytes, at: modifiedAt.toISOString(), isLatest: true }];
}

/** Reads the versions of a manifest, newest first; only the current one of a bucket without versions. */
export async function manifestsOf(
  { connection: { s3 } }: OpenPipeline,
  at: { Bucket: string; Key: string },
  isVersioned: boolean,
): Promise<ManifestVersion[]> {
  const listed = isVersioned ? await versionsOf(s3, at.Bucket, at.Key) : [{ versionId: null, eTag: "" }];
  const kept = listed.filter(({ eTag }) => eTag !== null).slice(0, MAX_MANIFESTS);
  const read = kept.map(async ({ versionId }): Promise<ManifestVersion[]> => {
    const text = await textOf(s3, { ...at, ...(versionId !== null && { VersionId: versionId }) });
    return text === undefined ? [] : [{ versionId, manifest: parse(text, Manifest) ?? "unreadable" }];
  });
  return (await Promise.all(read)).flat();
}

export async function analysisOf(s3: S3Client, processedBucket: string, at: { bucket: string; key: string }) {
  const Key = toAnalysisKey(toImageId(at.bucket, at.key));
  const text = await textOf(s3, { Bucket: processedBucket, Key });
  return text === undefined ? null : (parse(text, Analysis) ?? null);
}

/** Finds keys of the same folder that differ in a few characters, or in case. */
export async function nearKeysOf({ sources }: OpenPipeline, key: string): Promise<string[]> {
  const near: { other: string; distance: number }[] = [];
  let count = 0;
  for await (const { key: other } of sources.list(key.slice(0, key.lastIndexOf("/") + 1))) {
    const distance = leven(other.toLowerCase(), key.toLowerCase());
    if (distance <= Math.max(3, key.length / 4)) near.push({ other, distance });
    count += 1;
    if (count === MAX_LISTED) break;
  }
  return near
    .sort((a, b) => a.distance - b.distance)
    .slice(0, MAX_NEAR_KEYS)
    .map(({ other }) => other);
}

async function textOf(s3: S3Client, at: { Bucket: string; Key: string; VersionId?: string }) {
  try {
    const { Body } = await s3.send(new GetObjectCommand(at));
    return (await Body?.transformToString()) ?? "";
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function parse<Document>(
  text: string,
  schema: { safeParse(value: unknown): { data?: Document | undefined } },
): Document | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

const Published = z.object({ type: z.literal("image.uploaded"), eTag: z.string(), size: z.int() });

/** Adds the uploads that ingest has published before: a bucket of this machine keeps no versions of its objects. */
export function withEarlierUploads(
  current: readonly SourceVersion[],
  lines: readonly LogLine[],
): SourceVersion[] {
  const known = new Set(current.map(({ eTag }) => eTag));
  const earlier = lines.toReversed().flatMap(({ time, fields }): SourceVersion[] => {
    const { data } = Published.safeParse(fields);
    if (!data || time === null || known.has(data.eTag)) return [];
    known.add(data.eTag);
    return [{ versionId: null, eTag: data.eTag, bytes: data.size, at: time, isLatest: false }];
  });
  return [...current, ...earlier];
}
