import * as z from "zod";

const ObjectName = { bucket: z.string().min(3).max(63), key: z.string().min(1) };

/** S3's per-key order; null if the event had none (see `compareSequencers`). */
export const Sequencer = z
  .string()
  .regex(/^[0-9a-fA-F]+$/, "must be hexadecimal")
  .nullable();

/**
 * The sequencer of an event, in S3's form: 18 hexadecimal characters today. Other stores with S3's interface write 16 to 32.
 * Documents accept any length, since they may be of an earlier version.
 */
export const EventSequencer = z
  .string()
  .regex(/^[0-9a-fA-F]{16,32}$/, "must be 16 to 32 hexadecimal characters")
  .nullable();

/** An object in the upload bucket, pinned so that a read gets this version or fails. Size in bytes. */
export const Source = z.object({
  ...ObjectName,
  eTag: z.string().min(1),
  versionId: z.string().min(1).nullable(),
  size: z.int().nonnegative(),
  sequencer: Sequencer,
});
export type Source = z.infer<typeof Source>;

/** A source that was deleted; `versionId` is the delete marker's, if there is one. */
export const DeletedSource = z.object({
  ...ObjectName,
  versionId: z.string().min(1).nullable(),
  sequencer: Sequencer,
});
export type DeletedSource = z.infer<typeof DeletedSource>;
