import {
  type DeletedManifest,
  DeletedSource,
  type Facts,
  type ImageDeleted,
  type ImageUploaded,
  type ProcessedManifest,
  type RejectedManifest,
  Source,
  toImageId,
  toRenditionKey,
  toRenditionTag,
} from "@image-pipeline/schema";

export const RECIPE = "recipe-1";

export const FACTS: Facts = {
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

function common(event: ImageUploaded, recipe: string) {
  return {
    schema: "image-manifest.v1" as const,
    imageId: toImageId(event.data.bucket, event.data.key),
    source: Source.parse(event.data),
    recipe,
    engine: { sharp: "0", libvips: "0" },
    eventTime: event.time,
    timings: { renderMs: 1, totalMs: 2 },
    correlationId: event.data.correlationId,
    updatedAt: "2026-01-03T00:00:00.000Z",
  };
}

/** The manifest that processing an upload leaves, with one rendition. */
export function processed(event: ImageUploaded, recipe = RECIPE): ProcessedManifest {
  const base = common(event, recipe);
  const { data, time } = event;
  const tag = toRenditionTag({ ...data, sequencer: data.sequencer ?? time }, recipe);
  const rendition = {
    preset: "thumb",
    format: "webp" as const,
    key: toRenditionKey({ ...base, tag, preset: "thumb", extension: "webp" }),
    contentType: "image/webp",
    width: 4,
    height: 3,
    pages: 1,
    bytes: 1,
    sha256: "0".repeat(64),
  };
  return { ...base, status: "processed", facts: FACTS, renditions: [rendition] };
}

export function rejected(event: ImageUploaded, recipe = RECIPE): RejectedManifest {
  const why = { reason: "CORRUPT_IMAGE" as const, reasonText: "cut short" };
  return { ...common(event, recipe), status: "rejected", ...why, renditions: [] };
}

export function tombstone(event: ImageDeleted, more: Partial<DeletedManifest> = {}): DeletedManifest {
  return {
    schema: "image-manifest.v1",
    imageId: toImageId(event.data.bucket, event.data.key),
    status: "deleted",
    source: DeletedSource.parse(event.data),
    eventTime: event.time,
    renditions: [],
    correlationId: event.data.correlationId,
    updatedAt: "2026-01-03T00:00:00.000Z",
    ...more,
  };
}
