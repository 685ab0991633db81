import { GAPS } from "@image-pipeline/audit";
import * as z from "zod";

/** How many findings of each kind. */
export const Gaps = z.record(z.enum(GAPS), z.int().nonnegative());
export type Gaps = z.infer<typeof Gaps>;

/** A look at every image there is, in one run or in several. */
export const Pass = z.object({
  startedAt: z.iso.datetime(),
  /** The prefix of the config under which it looks; another one makes it begin anew. */
  prefix: z.string(),
  /** The source key that the next run goes on behind; null at the beginning. */
  after: z.string().nullable(),
  /** So far. */
  runs: z.int().nonnegative(),
  images: z.int().nonnegative(),
  gaps: Gaps,
});
export type Pass = z.infer<typeof Pass>;

/** Where the audit has come to, as it lies in the processed bucket between two runs. */
export const Progress = z.object({
  schema: z.literal("audit-progress.v1"),
  /** The pass under way; null when the last run ended one. */
  pass: Pass.nullable(),
  /** The last one that came to its end; null before the first. */
  last: z.object({ endedAt: z.iso.datetime(), images: z.int().nonnegative(), gaps: Gaps }).nullable(),
});
export type Progress = z.infer<typeof Progress>;

export const NO_PROGRESS: Progress = { schema: "audit-progress.v1", pass: null, last: null };

/** Keeps the progress between two runs. */
export interface ProgressStore {
  /** @returns `unreadable` for what is no progress of a version known here */
  read(): Promise<Progress | "unreadable" | undefined>;
  write(progress: Progress): Promise<void>;
}
