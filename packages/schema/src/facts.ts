import { z } from "zod";

/** EXIF by allow-list: never GPS, never serial numbers. Exposure time in seconds, focal length in millimetres. */
export const ExifFacts = z.object({
  takenAt: z.string().optional(),
  make: z.string().optional(),
  model: z.string().optional(),
  lens: z.string().optional(),
  exposureSeconds: z.number().optional(),
  fNumber: z.number().optional(),
  iso: z.number().optional(),
  focalLengthMillimetres: z.number().optional(),
});

/** What the bytes say of a picture. Width and height are of one frame, in pixels, after orientation. */
export const Facts = z.object({
  format: z.enum(["jpeg", "png", "webp", "gif", "tiff", "avif"]),
  width: z.int().positive(),
  height: z.int().positive(),
  pages: z.int().positive(),
  hasAlpha: z.boolean(),
  colourSpace: z.string().min(1),
  bitDepth: z.int().positive().optional(),
  exif: ExifFacts,
  thumbhash: z.base64(),
  dominantColour: z.string().regex(/^#[0-9a-f]{6}$/),
  perceptualHash: z.string().regex(/^[0-9a-f]{16}$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type Facts = z.infer<typeof Facts>;
