import { createHash } from "node:crypto";
import {
  type DeletedManifest,
  type Facts,
  type ProcessedManifest,
  type RejectedManifest,
  type Rendition,
  type Source,
  toImageId,
  toRenditionKey,
} from "@image-pipeline/schema";

export const UPLOADS = "image-pipeline-local-uploads-000000000000";
export const PROCESSED = "image-pipeline-local-processed-000000000000";
export const RECIPE = "recipe-1";

const FACTS: Facts = {
  format: "jpeg",
  width: 4,
  height: 3,
  pages: 1,
  hasAlpha: false,
  colourSpace: "srgb",
  exif: {},
  thumbhash: "AAAA",
  dominantColour: "#336699",
  perceptualHash: "0123456789abcdef",
  sha256: "0".repeat(64),
};

/** A source as S3 knows it, but for the fields given. */
export function aSource(fields: Partial<Source> = {}): Source {
  const source = { bucket: UPLOADS, key: "photos/a.jpg", eTag: "e1", versionId: null, size: 100 };
  return { ...source, sequencer: "10", ...fields };
}

/** The bytes of the one rendition that an image has here. */
export const pixelsOf = (source: { key: string }) => `pixels of ${source.key}`;

/** The one rendition of an image, under a tag. */
export function aRendition(source: Source, tag = "tag1"): Rendition {
  const pixels = pixelsOf(source);
  const at = { imageId: toImageId(source.bucket, source.key), tag, preset: "thumb", extension: "webp" };
  return {
    preset: "thumb",
    format: "webp",
    key: toRenditionKey(at),
    contentType: "image/webp",
    width: 4,
    height: 3,
    pages: 1,
    bytes: Buffer.byteLength(pixels),
    sha256: createHash("sha256").update(pixels).digest("hex"),
  };
}

function common({ bucket, key }: { bucket: string; key: string }) {
  return {
    schema: "image-manifest.v1" as const,
    imageId: toImageId(bucket, key),
    eventTime: "2026-01-01T00:00:00.000Z",
    correlationId: "request-1",
    updatedAt: "2026-01-01T00:00:09.000Z",
  };
}

const RENDERED = {
  recipe: RECIPE,
  engine: { sharp: "0", libvips: "0" },
  timings: { renderMs: 300, totalMs: 500 },
};

export function processed(source: Source, fields: Partial<ProcessedManifest> = {}): ProcessedManifest {
  const base = { ...common(source), ...RENDERED, source, facts: FACTS };
  return { ...base, status: "processed", renditions: [aRendition(source)], ...fields };
}

export function rejected(source: Source, fields: Partial<RejectedManifest> = {}): RejectedManifest {
  const why = { reason: "CORRUPT_IMAGE" as const, reasonText: "cut short" };
  return { ...common(source), ...RENDERED, source, ...why, status: "rejected", renditions: [], ...fields };
}

export function tombstone(source: Source, fields: Partial<DeletedManifest> = {}): DeletedManifest {
  const { bucket, key, versionId, sequencer } = source;
  const deleted = { bucket, key, versionId, sequencer };
  return { ...common(source), source: deleted, status: "deleted", renditions: [], ...fields };
}
