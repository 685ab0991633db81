import type { EncodedRendition } from "@image-pipeline/imaging";
import type { Limits, Presets } from "@image-pipeline/schema/config";
import { Facts, OutputFormat, RejectionReason } from "@image-pipeline/schema/manifest";
import * as z from "zod";

/** Work on the picture whose bytes are at the beginning of the shared file. */
export type Order = { limits: Limits } & (
  | { work: "render"; presets: Presets }
  | { work: "analyse"; maxPictures: number }
);

/** The messages to the child: an order with the picture's size in bytes, and the receipt of one rendition. */
export type Request = { order: Order; bytes: number } | { taken: true };

/** A rendition whose bytes are in the shared file. */
export interface Placed {
  rendition: Omit<EncodedRendition, "data">;
  at: number;
  length: number;
}

const Count = z.int().nonnegative();

const Rendition = z.object({
  preset: z.string(),
  format: OutputFormat,
  extension: z.string().regex(/^[a-z]{1,8}$/),
  contentType: z.string().regex(/^image\/[a-z]{1,8}$/),
  width: z.int().positive(),
  height: z.int().positive(),
  pages: z.int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  largerThanSource: z.boolean().exactOptional(),
});

/**
 * The messages of the child. They are parsed, and are JSON rather than V8's own format: a decoder that a picture has taken over
 * could send anything.
 */
export const Reply = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("ready") }),
  z.object({ kind: z.literal("rendition"), rendition: Rendition, at: Count, length: Count }),
  z.object({ kind: z.literal("done"), facts: Facts.nullable() }),
  z.object({
    kind: z.literal("rejected"),
    reason: RejectionReason,
    message: z.string(),
    facts: Facts.partial(),
    /** Set if no check foresaw the rejection: the error behind it. */
    unexpected: z.object({ name: z.string(), message: z.string(), stack: z.string().optional() }).optional(),
  }),
  z.object({
    kind: z.literal("failed"),
    name: z.string(),
    message: z.string(),
    stack: z.string().optional(),
  }),
]);
export type Reply = z.input<typeof Reply>;
