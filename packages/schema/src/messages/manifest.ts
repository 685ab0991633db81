import * as z from "zod";
import { Facts } from "./facts.ts";
import { RejectionReason } from "./reasons.ts";
import { Rendition } from "./rendition.ts";
import { DeletedSource, Source } from "./source.ts";

const EVERY_MANIFEST = {
  schema: z.literal("image-manifest.v1"),
  imageId: z.string().regex(/^[a-z2-7]{26}$/),
  /** The time of the event that led to this manifest, by S3's clock. */
  eventTime: z.iso.datetime().optional(),
  /** Tags of earlier renditions that are being deleted: kept so that an interrupted deletion can be finished. */
  supersededTags: z.array(z.string()).optional(),
  correlationId: z.string().min(1),
  updatedAt: z.iso.datetime(),
  /** The release of the pipeline that wrote this manifest, such as `0.2.0`. */
  pipelineVersion: z.string().min(1).optional(),
};

const RENDERED = {
  /** Set if the manifest replaced one of another upload, whose renditions may have copies at the edge. */
  replacesUpload: z.boolean().optional(),
  /** The hash of the recipe. */
  recipe: z.string().min(1),
  /** The hash of the options that matter for this picture: a recipe with the same plan gives the same renditions. */
  plan: z.string().min(1).optional(),
  engine: z.object({ sharp: z.string(), libvips: z.string(), revision: z.string().optional() }),
  timings: z.object({ renderMs: z.number().nonnegative(), totalMs: z.number().nonnegative() }),
};

export const ProcessedManifest = z.object({
  ...EVERY_MANIFEST,
  ...RENDERED,
  status: z.literal("processed"),
  source: Source,
  facts: Facts,
  renditions: z.array(Rendition).min(1),
});
export type ProcessedManifest = z.infer<typeof ProcessedManifest>;

export const RejectedManifest = z.object({
  ...EVERY_MANIFEST,
  ...RENDERED,
  status: z.literal("rejected"),
  source: Source,
  reason: RejectionReason,
  reasonText: z.string().min(1),
  facts: Facts.partial().optional(),
  renditions: z.array(Rendition).max(0),
});
export type RejectedManifest = z.infer<typeof RejectedManifest>;

/** The manifest of an upload. */
export const UploadedManifest = z.discriminatedUnion("status", [ProcessedManifest, RejectedManifest]);
export type UploadedManifest = z.infer<typeof UploadedManifest>;

/** A tombstone: it keeps an upload event that arrives after its delete from bringing the image back. */
export const DeletedManifest = z.object({
  ...EVERY_MANIFEST,
  status: z.literal("deleted"),
  source: DeletedSource,
  /** Only this version of a versioned key was deleted permanently; the tombstone does not concern its other versions. */
  versionOnly: z.boolean().optional(),
  renditions: z.array(Rendition).max(0),
});
export type DeletedManifest = z.infer<typeof DeletedManifest>;

/** The one mutable object of an image, with its facts and its current renditions, or the reason why there are none. */
export const Manifest = z.discriminatedUnion("status", [
  ProcessedManifest,
  RejectedManifest,
  DeletedManifest,
]);
export type Manifest = z.infer<typeof Manifest>;
