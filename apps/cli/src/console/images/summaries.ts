import { GetObjectCommand } from "@aws-sdk/client-s3";
import type { ImageSummary } from "@image-pipeline/console/api/images";
import { Analysis } from "@image-pipeline/schema/analysis";
import { isNotFound } from "@image-pipeline/schema/aws";
import { toAnalysisKey, toImageId } from "@image-pipeline/schema/keys";
import type { Manifest, Rendition } from "@image-pipeline/schema/manifest";
import type { OpenPipeline } from "../../connection/open-pipeline.ts";
import type { ListedImage } from "./image-list.ts";

/** The summary of an image. Its manifest is read once; one without a verdict yet is read again. */
export type Summaries = (pipeline: OpenPipeline, image: ListedImage) => Promise<ImageSummary>;

/** About 100 MB of summaries. */
const MAX_KEPT = 200_000;
/** A verdict comes soon after the manifest. */
const VERDICT_MILLISECONDS = 60_000;

export function summaries(now: () => number): Summaries & { has(image: ListedImage): boolean } {
  const kept = new Map<string, ImageSummary>();
  const idOf = ({ manifestKey, manifestETag }: ListedImage) => `${manifestETag} ${manifestKey}`;
  const summarise: Summaries = async (pipeline, image) => {
    const found = kept.get(idOf(image));
    if (found) return { ...found, bytes: image.bytes };
    const summary = await read(pipeline, image);
    const { analysis } = pipeline.connection.pipeline;
    const isFinal = !analysis.enabled || summary.verdict !== null || isOld(image, now());
    if (kept.size >= MAX_KEPT) kept.clear();
    if (image.manifestETag !== null && isFinal) kept.set(idOf(image), summary);
    return summary;
  };
  return Object.assign(summarise, {
    has: (image: ListedImage) => image.manifestETag === null || kept.has(idOf(image)),
  });
}

function isOld({ modifiedAt }: ListedImage, now: number): boolean {
  return now - modifiedAt > VERDICT_MILLISECONDS;
}

async function read(pipeline: OpenPipeline, image: ListedImage): Promise<ImageSummary> {
  const { key, bytes, manifestKey, manifestETag } = image;
  const base = { key, bytes, modifiedAt: new Date(image.modifiedAt).toISOString() };
  if (manifestETag === null) return { ...base, status: "waiting", ...NOTHING };
  const [manifest, analysis] = await Promise.all([
    pipeline.manifests.read(manifestKey),
    readAnalysis(pipeline, key),
  ]);
  if (manifest === undefined) return { ...base, status: "waiting", ...NOTHING };
  if (manifest === "unreadable") return { ...base, status: "unreadable", ...NOTHING };
  return {
    ...base,
    ...NOTHING,
    ...toFacts(manifest),
    status: manifest.status,
    verdict: analysis?.status === "analyzed" && manifest.status === "processed" ? analysis.verdict : null,
  };
}

const NOTHING = {
  reason: null,
  verdict: null,
  format: null,
  width: null,
  height: null,
  placeholder: null,
  thumbnail: null,
};

function toFacts(manifest: Manifest): Partial<ImageSummary> {
  if (manifest.status === "deleted") return {};
  const { format = null, width = null, height = null, thumbhash = null } = manifest.facts ?? {};
  return {
    format,
    width,
    height,
    placeholder: thumbhash,
    reason: manifest.status === "rejected" ? manifest.reason : null,
    thumbnail: smallest(manifest.renditions)?.key ?? null,
  };
}

/** The rendition with the fewest pixels; of several formats the one with the fewest bytes. */
function smallest(renditions: readonly Rendition[]): Rendition | undefined {
  return renditions.toSorted((a, b) => a.width * a.height - b.width * b.height || a.bytes - b.bytes)[0];
}

/** The analysis of an image; null if it has none, or if analysis is disabled. */
export async function readAnalysis(
  { connection, sources }: OpenPipeline,
  key: string,
): Promise<Analysis | null> {
  const { pipeline, s3, names, accountId } = connection;
  if (!pipeline.analysis.enabled) return null;
  const Bucket = names.processedBucket(accountId);
  const Key = toAnalysisKey(toImageId(sources.bucket, key));
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return Analysis.safeParse(JSON.parse((await Body?.transformToString()) ?? "null")).data ?? null;
  } catch (error) {
    if (isNotFound(error) || error instanceof SyntaxError) return null;
    throw error;
  }
}
