import { GAPS } from "@image-pipeline/audit";
import * as z from "zod";

/** The number of findings of each kind. */
export const Gaps = z.record(z.enum(GAPS), z.int().nonnegative());
export type Gaps = z.infer<typeof Gaps>;

/** A look at every image there is, in one run or in several. */
export const Pass = z.object({
  startedAt: z.iso.datetime(),
  /** The prefix of the config; another prefix starts a new pass. */
  prefix: z.string(),
  /** The last source key that was checked; null at the start. */
  after: z.string().nullable(),
  /** The runs of this pass until now. */
  runs: z.int().nonnegative(),
  images: z.int().nonnegative(),
  gaps: Gaps,
});
export type Pass = z.infer<typeof Pass>;

/** The progress of the audit, kept in the processed bucket between two runs. */
export const Progress = z.object({
  schema: z.literal("audit-progress.v1"),
  /** The pass under way; null when the last run ended one. */
  pass: Pass.nullable(),
  /** The last pass that was completed; null before the first. */
  last: z.object({ endedAt: z.iso.datetime(), images: z.int().nonnegative(), gaps: Gaps }).nullable(),
});
export type Progress = z.infer<typeof Progress>;

export const NO_PROGRESS: Progress = { schema: "audit-progress.v1", pass: null, last: null };

/** Keeps the progress between two runs. */
export interface ProgressStore {
  /** @returns `unreadable` for an object that is not progress of a known version */
  read(): Promise<Progress | "unreadable" | undefined>;
  write(progress: Progress): Promise<void>;
}
