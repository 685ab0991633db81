import { createHash } from "node:crypto";
import { DeletedSource, type ImageDeleted, type ImageUploaded, Source } from "@image-pipeline/schema/events";
import { toImageId, toRenditionKey, toRenditionTag } from "@image-pipeline/schema/keys";
import type {
  DeletedManifest,
  Facts,
  ProcessedManifest,
  RejectedManifest,
  Rendition,
} from "@image-pipeline/schema/manifest";
import { toSequencer, UPLOADS } from "./image-events.ts";

export const RECIPE = "recipe-1";
/** The secret of the environment. */
export const SECRET = "5".repeat(64);

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

/** The source `photos/a.jpg`, except for the fields given. */
export function aSource(fields: Partial<Source> = {}): Source {
  const source = { bucket: UPLOADS, key: "photos/a.jpg", eTag: "e1", versionId: null, size: 100 };
  return {
    ...source,
    ...fields,
    sequencer: toSequencer(fields.sequencer === undefined ? "10" : fields.sequencer),
  };
}

/** The content of the one rendition that an image has in these tests. */
export const pixelsOf = (source: { key: string }) => `pixels of ${source.key}`;

/** The one rendition of an image, under a tag. */
export function aRendition(source: Source, tag = "tag1"): Rendition {
  const pixels = pixelsOf(source);
  const parts = { imageId: toImageId(source.bucket, source.key), tag, preset: "thumb", extension: "webp" };
  return {
    preset: "thumb",
    format: "webp",
    key: toRenditionKey(parts),
    contentType: "image/webp",
    width: 4,
    height: 3,
    pages: 1,
    bytes: Buffer.byteLength(pixels),
    sha256: createHash("sha256").update(pixels).digest("hex"),
  };
}

const RENDERED = {
  recipe: RECIPE,
  engine: { sharp: "0", libvips: "0" },
  timings: { renderMs: 300, totalMs: 500 },
};

/** The manifest of a processed upload, with one rendition. @param of the upload event, or its source alone */
export function processed(
  of: ImageUploaded | Source,
  fields: Partial<ProcessedManifest> = {},
): ProcessedManifest {
  const { source, ...base } = toBase(of);
  const made = { ...base, ...RENDERED, source, facts: FACTS, status: "processed" as const };
  return { ...made, renditions: [aRendition(source, tagOf(of, fields.recipe))], ...fields };
}

/** The manifest of a rejected upload. */
export function rejected(
  of: ImageUploaded | Source,
  fields: Partial<RejectedManifest> = {},
): RejectedManifest {
  const rejection = { status: "rejected", reason: "CORRUPT_IMAGE", reasonText: "cut short" } as const;
  return { ...toBase(of), ...RENDERED, ...rejection, renditions: [], ...fields };
}

/** The manifest of a deleted image. */
export function tombstone(of: ImageDeleted | Source, fields: Partial<DeletedManifest> = {}): DeletedManifest {
  const source = DeletedSource.parse("data" in of ? of.data : of);
  return { ...common(source, of), source, status: "deleted", renditions: [], ...fields };
}

function toBase(of: ImageUploaded | Source) {
  const source = Source.parse("data" in of ? of.data : of);
  return { ...common(source, of), source };
}

function common({ bucket, key }: DeletedSource, of: ImageUploaded | ImageDeleted | Source) {
  const event = "data" in of ? of : undefined;
  return {
    schema: "image-manifest.v1" as const,
    imageId: toImageId(bucket, key),
    eventTime: event?.time ?? "2026-01-01T00:00:00.000Z",
    correlationId: event?.data.correlationId ?? "request-1",
    updatedAt: "2026-01-01T00:00:09.000Z",
  };
}

function tagOf(of: ImageUploaded | Source, recipe = RECIPE): string | undefined {
  if (!("data" in of)) return undefined;
  return toRenditionTag({ ...of.data, sequencer: of.data.sequencer ?? of.time }, recipe, SECRET);
}
