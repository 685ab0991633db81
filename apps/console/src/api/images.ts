import type { Analysis } from "@image-pipeline/schema/analysis";
import type { Manifest } from "@image-pipeline/schema/manifest";

export const STATUSES = ["waiting", "processed", "rejected", "deleted", "unreadable"] as const;

/** An image of the gallery. */
export interface ImageSummary {
  key: string;
  /** `waiting` is a source without a manifest; `unreadable` one whose manifest is not valid. */
  status: (typeof STATUSES)[number];
  /** The code of a rejection. */
  reason: string | null;
  /** Of the analysis: `allow`, `flag` or `quarantine`. */
  verdict: string | null;
  /** Of the source, as the worker found it. */
  format: string | null;
  width: number | null;
  height: number | null;
  /** Of the source; null after its deletion. */
  bytes: number | null;
  /** The time of the last change, of the source or its manifest. */
  modifiedAt: string;
  /** ThumbHash in Base64. */
  placeholder: string | null;
  /** Key of the smallest rendition, in the processed bucket. */
  thumbnail: string | null;
}

/** A type, not an interface: it is a query. */
export type ImageFilters = {
  status?: string;
  reason?: string;
  verdict?: string;
  format?: string;
  /** The beginning of the key. */
  prefix?: string;
  /** First and last day of the last change, as `2026-01-31`. */
  from?: string;
  to?: string;
};

/** The entry of an image in a listing; its time is in milliseconds since 1970, or ISO 8601. */
interface Place<Time = number | string> {
  key: string;
  modifiedAt: Time;
}

/** Orders images from the newest to the oldest; those of the same time by their keys. */
export function byPlace<Time extends number | string>(a: Place<Time>, b: Place<Time>): number {
  if (a.modifiedAt !== b.modifiedAt) return a.modifiedAt > b.modifiedAt ? -1 : 1;
  return a.key < b.key ? -1 : Number(a.key > b.key);
}

/** Returns true if an image meets the filters that a listing can answer. */
export function isListed({ key, modifiedAt }: Place, { prefix = "", from, to }: ImageFilters): boolean {
  if (!key.startsWith(prefix)) return false;
  if (!from && !to) return true;
  const day = new Date(modifiedAt).toISOString().slice(0, 10);
  return (!from || day >= from) && (!to || day <= to);
}

/** Returns true if an image meets all filters. */
export function meets(image: ImageSummary, filters: ImageFilters): boolean {
  const { status, reason, verdict, format } = filters;
  return (
    isListed(image, filters) &&
    (!status || image.status === status) &&
    (!reason || image.reason === reason) &&
    (!verdict || image.verdict === verdict) &&
    (!format || image.format === format)
  );
}

/** Images, newest first. */
export interface ImagePage {
  images: ImageSummary[];
  /** To be sent as `after` for the next page; null at the end. */
  next: string | null;
  /** All images, before any filter. */
  total: number;
}

export interface ImageDetails {
  key: string;
  uploadBucket: string;
  processedBucket: string;
  /** Null if the source does not exist (any more). */
  source: { bytes: number; modifiedAt: string; versionId: string | null } | null;
  manifestKey: string;
  /** Null for an image without one. */
  manifest: Manifest | null;
  isUnreadable: boolean;
  analysis: Analysis | null;
}

export interface ImagesApi {
  "GET /api/images": { query: ImageFilters & { after?: string }; answer: ImagePage };
  "GET /api/image": { query: { key: string }; answer: ImageDetails };
}

/** The events of the pipeline as the pages get them. */
export interface ImagesChannels {
  /** Keys of images that changed; null when any may have. */
  changes: readonly string[] | null;
  /** Images as they are now; null when any may have changed: then they are read again. */
  images: ChangedImages | null;
}

export interface ChangedImages {
  images: ImageSummary[];
  /** All images, before any filter; null if they were not listed. */
  total: number | null;
}

/** The answer of an upload: `POST /api/upload?key=…` with the file as its body. */
export interface Uploaded {
  key: string;
}

/** The address of a source or a rendition, as `src` of a picture. */
export function toFileUrl(kind: "source" | "rendition", key: string): string {
  return `/api/file?${new URLSearchParams({ kind, key })}`;
}
