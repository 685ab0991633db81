import type { ImageAnalyzed, ImageProcessed, ImageRejected, ImageRemoved, Manifest } from "./contract.ts";

/** The manifest of an image that has renditions. */
export type ProcessedManifest = Extract<Manifest, { status: "processed" }>;

/** One file of one preset in one format. Width and height are in pixels. */
export type Rendition = ProcessedManifest["renditions"][number];

/** A result event: a message of a subscriber's queue, or the body of a webhook. */
export type ResultEvent = ImageProcessed | ImageRejected | ImageRemoved | ImageAnalyzed;
