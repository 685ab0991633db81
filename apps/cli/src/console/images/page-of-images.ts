import type { ImageFilters, ImagePage, ImageSummary } from "@image-pipeline/console/api/images";
import type { OpenPipeline } from "../../connection/open-pipeline.ts";
import type { ListedImage } from "./image-list.ts";
import type { summaries } from "./summaries.ts";

const PAGE = 120;
/** Manifests that are read at the same time. */
const BATCH = 20;
/** A filter that few images meet is continued by the next request after so many manifests. */
const MAX_READS = 1000;
const DAY_MILLISECONDS = 86_400_000;

/** Finds the next images that meet the filters, and the start of the page after them. */
export async function pageOfImages(
  pipeline: OpenPipeline,
  {
    images,
    after,
    filters,
    summarise,
  }: {
    images: readonly ListedImage[];
    after: string | null;
    filters: ImageFilters;
    summarise: ReturnType<typeof summaries>;
  },
): Promise<ImagePage> {
  const found: ImageSummary[] = [];
  let reads = 0;
  let at = after === null ? 0 : placeAfter(images, after);
  while (at < images.length && found.length < PAGE && reads < MAX_READS) {
    const batch = images.slice(at, at + BATCH);
    const candidates = batch.filter((image) => isListed(image, filters));
    reads += candidates.filter((image) => !summarise.has(image)).length;
    const read = await Promise.all(candidates.map((image) => summarise(pipeline, image)));
    found.push(...read.filter((summary) => meets(summary, filters)));
    at += batch.length;
  }
  const last = images[at - 1];
  return { images: found, next: at < images.length && last ? toPlace(last) : null, total: images.length };
}

/** The place of an image in the list: it stays right when newer ones are added. */
function toPlace({ modifiedAt, key }: ListedImage): string {
  return `${modifiedAt} ${key}`;
}

function placeAfter(images: readonly ListedImage[], place: string): number {
  const space = place.indexOf(" ");
  const [time, key] = [Number(place.slice(0, space)), place.slice(space + 1)];
  const index = images.findIndex(
    (image) => image.modifiedAt < time || (image.modifiedAt === time && image.key > key),
  );
  return index < 0 ? images.length : index;
}

/** The filters that a listing alone can answer. */
function isListed(image: ListedImage, { status, prefix = "", from, to }: ImageFilters): boolean {
  if (!image.key.startsWith(prefix)) return false;
  if (from && image.modifiedAt < Date.parse(from)) return false;
  if (to && image.modifiedAt >= Date.parse(to) + DAY_MILLISECONDS) return false;
  return !status || (status === "waiting") === (image.manifestETag === null);
}

function meets(image: ImageSummary, filters: ImageFilters): boolean {
  const { status, reason, verdict, format } = filters;
  return (
    (!status || image.status === status) &&
    (!reason || image.reason === reason) &&
    (!verdict || image.verdict === verdict) &&
    (!format || image.format === format)
  );
}
