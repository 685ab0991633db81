import * as z from "zod";

/** The formats a rendition can have. `jpeg` is written with the extension `jpg`. */
export const OutputFormat = z.enum(["webp", "jpeg", "avif", "png", "gif"]);
export type OutputFormat = z.infer<typeof OutputFormat>;

/** One file of one preset in one format, in the processed bucket. Width and height in pixels of one frame. */
export const Rendition = z.object({
  preset: z.string().min(1),
  format: OutputFormat,
  key: z.string().min(1),
  contentType: z.string().min(1),
  width: z.int().positive(),
  height: z.int().positive(),
  pages: z.int().positive(),
  bytes: z.int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Set if the rendition has the source's full size and more bytes than the source. */
  largerThanSource: z.boolean().optional(),
});
export type Rendition = z.infer<typeof Rendition>;
