import * as z from "zod";

/** The reasons why an image can never be processed, each with the text for its owner. Consumers must accept new reasons. */
export const REJECTION_REASONS = {
  EMPTY_OBJECT: "The object holds no bytes. Upload the file again.",
  UNSUPPORTED_FORMAT:
    "The bytes are not a JPEG, PNG, WebP, GIF, TIFF, AVIF or HEIC. Convert the file, then upload it again.",
  CORRUPT_IMAGE: "The picture is damaged or cut short. Export it again from its original, then upload it.",
  TOO_MANY_BYTES:
    "The file is larger than this pipeline accepts. Upload a smaller or more compressed version.",
  TOO_MANY_PIXELS: "The picture has more pixels than this pipeline accepts. Upload a scaled-down version.",
  TOO_MANY_FRAMES:
    "The animation or document has more frames than this pipeline accepts. Upload a shorter one.",
  TOO_MANY_PARTS:
    "The file has more scans, segments or items than a picture needs. Export it again from its original, then upload it.",
  FALSELY_MARKED:
    "The object's metadata says that this pipeline wrote it, and it did not. Upload the file without the metadata generated-by.",
  RENDER_TIMEOUT:
    "The picture took longer to render than this pipeline allows. Upload a smaller or simpler version.",
} as const;

export const RejectionReason = z.enum(
  Object.keys(REJECTION_REASONS) as [keyof typeof REJECTION_REASONS, ...(keyof typeof REJECTION_REASONS)[]],
);
export type RejectionReason = z.infer<typeof RejectionReason>;
