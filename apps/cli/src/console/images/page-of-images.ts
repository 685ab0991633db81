import {
  byPlace,
  type ImageFilters,
  type ImagePage,
  type ImageSummary,
  isListed,
  meets,
} from "@image-pipeline/console/api/images";
import type { OpenPipeline } from "../../connection/open-pipeline.ts";
import type { ImageList, ListedImage } from "./image-list.ts";
import type { Summaries } from "./summaries.ts";

const PAGE = 120;
/** Manifests that are read at the same time. */
const BATCH = 20;
/** A filter that few images meet is continued by the next request after so many manifests. */
const MAX_READS = 1000;

/** Finds the next images that meet the filters, and the start of the page after them. */
export async function pageOfImages(
  pipeline: OpenPipeline,
  {
    images,
    after,
    filters,
    summaries,
  }: {
    images: ImageList;
    after: string | null;
    filters: ImageFilters;
    summaries: Summaries;
  },
): Promise<ImagePage> {
  const found: ImageSummary[] = [];
  let reads = 0;
  let at = after === null ? 0 : placeAfter(images, after);
  while (at < images.length && found.length < PAGE && reads < MAX_READS) {
    const batch = images.slice(at, at + BATCH);
    const candidates = batch.filter((image) => mayMeet(image, filters));
    for (const summary of await Promise.all(
      candidates.map((image) => {
        const known = summaries.find(image);
        if (known === undefined) reads++;
        return known ?? summaries.read(pipeline, image);
      }),
    ))
      if (meets(summary, filters)) found.push(summary);
    at += batch.length;
  }
  const last = images[at - 1];
  return { images: found, next: at < images.length && last ? toPlace(last) : null, total: images.length };
}

/** The place of an image in the list: it stays right when newer ones are added. */
function toPlace({ modifiedAt, key }: ListedImage): string {
  return `${modifiedAt} ${key}`;
}

function placeAfter(images: ImageList, place: string): number {
  const space = place.indexOf(" ");
  const wanted = { modifiedAt: Number(place.slice(0, space)), key: place.slice(space + 1) };
  let [low, high] = [0, images.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const image = images[middle];
    if (image && byPlace(image, wanted) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Returns false if the listing alone tells that an image does not meet the filters. */
function mayMeet(image: ListedImage, filters: ImageFilters): boolean {
  const { status } = filters;
  return isListed(image, filters) && (!status || (status === "waiting") === (image.manifestETag === null));
}
