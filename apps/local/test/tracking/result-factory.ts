import { type ManifestEvent, toResultEvent } from "@image-pipeline/schema/events";
import type { Manifest } from "@image-pipeline/schema/manifest";

const RENDERED = { recipe: "r", engine: { sharp: "1", libvips: "2" }, timings: { renderMs: 1, totalMs: 2 } };
const EVERY = {
  schema: "image-manifest.v1",
  imageId: "a".repeat(26),
  correlationId: "c",
  updatedAt: "2026-01-01T00:00:00.000Z",
} as const;
const AT = { bucket: "processed", key: "manifests/a.jpg.json" };

/** A result event of `a.jpg`, or of another key. */
export function resultOf(status: Manifest["status"], sequencer: string | null, key = "a.jpg"): ManifestEvent {
  const object = { bucket: "uploads", key, versionId: null, sequencer };
  const source = { ...object, eTag: "e", size: 12 };
  switch (status) {
    case "deleted":
      return toResultEvent({ ...EVERY, status, source: object, renditions: [] }, AT);
    case "rejected":
      return toResultEvent(
        {
          ...EVERY,
          ...RENDERED,
          status,
          source,
          reason: "EMPTY_OBJECT",
          reasonText: "empty",
          renditions: [],
        },
        AT,
      );
    case "processed": {
      const facts = {
        format: "jpeg" as const,
        width: 1,
        height: 1,
        pages: 1,
        hasAlpha: false,
        colourSpace: "srgb",
        exif: {},
        thumbhash: "",
        dominantColour: "#000000",
        perceptualHash: "0".repeat(16),
        sha256: "0".repeat(64),
      };
      const rendition = {
        preset: "thumb",
        format: "webp" as const,
        key: "renditions/x",
        contentType: "image/webp",
        width: 1,
        height: 1,
        pages: 1,
        bytes: 9,
        sha256: "0".repeat(64),
      };
      return toResultEvent({ ...EVERY, ...RENDERED, status, source, facts, renditions: [rendition] }, AT);
    }
  }
}
