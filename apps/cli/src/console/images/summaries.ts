import { GetObjectCommand } from "@aws-sdk/client-s3";
import type { ImageSummary } from "@image-pipeline/console/api/images";
import { Analysis } from "@image-pipeline/schema/analysis";
import { isNotFound } from "@image-pipeline/schema/aws";
import { toAnalysisKey, toImageId } from "@image-pipeline/schema/keys";
import type { Manifest, Rendition } from "@image-pipeline/schema/manifest";
import type { OpenPipeline } from "../../connection/open-pipeline.ts";
import type { ListedImage } from "./image-list.ts";

/** The summaries of images. A manifest is read once; one without a verdict yet is read again. */
export interface Summaries {
  /** Returns the summary of an image that needs no request. */
  find(image: ListedImage): ImageSummary | undefined;
  /** Reads it in any case: a verdict changes without its image's manifest. */
  read(pipeline: OpenPipeline, image: ListedImage): Promise<ImageSummary>;
}

/** About 100 MB of summaries. */
const MAX_KEPT = 200_000;
/** A verdict comes soon after the manifest. */
const VERDICT_MILLISECONDS = 60_000;
/** An image that waits for so long is not looked at on its own: the next listing has its manifest. */
const WAITING_MILLISECONDS = 120_000;

export function keptSummaries(now: () => number): Summaries {
  const kept = new Map<string, ImageSummary>();
  const idOf = ({ manifestKey, manifestETag }: ListedImage) => `${manifestETag} ${manifestKey}`;
  return {
    find(image) {
      if (image.manifestETag === null)
        return now() - image.modifiedAt > WAITING_MILLISECONDS ? waiting(image) : undefined;
      const found = kept.get(idOf(image));
      return found && { ...found, bytes: image.bytes };
    },
    async read(pipeline, image) {
      const summary = await read(pipeline, image);
      const { analysis } = pipeline.connection.pipeline;
      const isOld = now() - image.modifiedAt > VERDICT_MILLISECONDS;
      const isFinal = !analysis.enabled || summary.verdict !== null || isOld;
      if (kept.size >= MAX_KEPT) kept.clear();
      if (image.manifestETag !== null && isFinal) kept.set(idOf(image), summary);
      else kept.delete(idOf(image));
      return summary;
    },
  };
}

async function read(pipeline: OpenPipeline, image: ListedImage): Promise<ImageSummary> {
  const { key, manifestKey } = image;
  const manifest = await pipeline.manifests.read(manifestKey);
  if (manifest === undefined) return waiting(image);
  if (manifest === "unreadable") return { ...toBase(image), status: "unreadable", ...NOTHING };
  const analysis = manifest.status === "processed" ? await readAnalysis(pipeline, key) : null;
  return {
    ...toBase(image),
    ...NOTHING,
    ...toFacts(manifest),
    status: manifest.status,
    verdict: analysis?.status === "analyzed" ? analysis.verdict : null,
  };
}

function toBase({ key, bytes, modifiedAt }: ListedImage) {
  return { key, bytes, modifiedAt: new Date(modifiedAt).toISOString() };
}

function waiting(image: ListedImage): ImageSummary {
  return { ...toBase(image), status: "waiting", ...NOTHING };
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
