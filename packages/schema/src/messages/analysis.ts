import * as z from "zod";
import { AnalysisRule, Verdict } from "./analysis-rule.ts";
import { REJECTION_REASONS, RejectionReason } from "./reasons.ts";
import { DeletedSource, Source } from "./source.ts";

const EVERY_ANALYSIS = {
  schema: z.literal("image-analysis.v1"),
  imageId: z.string().regex(/^[a-z2-7]{26}$/),
  /** The time of the event that led to this analysis, by S3's clock. */
  eventTime: z.iso.datetime().optional(),
  correlationId: z.string().min(1),
  updatedAt: z.iso.datetime(),
};

/** A label of Rekognition; confidence in percent, parents from the nearest up. */
export const AnalysisLabel = z.object({
  name: z.string().min(1),
  confidence: z.number(),
  parents: z.array(z.string()),
});
export type AnalysisLabel = z.infer<typeof AnalysisLabel>;

/** A rule that applied, with the confidence of the label that it names. */
const AppliedRule = AnalysisRule.extend({ confidence: z.number() });
export type AppliedRule = z.infer<typeof AppliedRule>;

/** The labels that Rekognition found in an image, and the verdict of the rules. A list is absent if its call is disabled. */
export const AnalyzedAnalysis = z.object({
  ...EVERY_ANALYSIS,
  status: z.literal("analyzed"),
  source: Source,
  /** The hash of the recipe: see `toAnalysisHash`. */
  recipe: z.string().min(1),
  verdict: Verdict,
  rules: z.array(AppliedRule),
  labels: z.array(AnalysisLabel).optional(),
  moderation: z.array(AnalysisLabel).optional(),
  /** The calls to Rekognition that the labels took: of several frames, tiles or backgrounds, if the picture has them. */
  calls: z.int().nonnegative().optional(),
  /** The version of each model, as Rekognition returns it. */
  models: z.object({ labels: z.string().optional(), moderation: z.string().optional() }),
  timings: z.object({ analyzeMs: z.number().nonnegative(), totalMs: z.number().nonnegative() }),
});
export type AnalyzedAnalysis = z.infer<typeof AnalyzedAnalysis>;

/** The reason why an image has no analysis: a rejection of the image, or a refusal by Rekognition. */
export const AnalysisRejectionReason = z.enum([...RejectionReason.options, "ANALYSIS_REFUSED"]);
export const ANALYSIS_REJECTION_REASONS = {
  ...REJECTION_REASONS,
  ANALYSIS_REFUSED: "Rekognition refused the picture. Export it again from its original, then upload it.",
} as const satisfies Record<z.infer<typeof AnalysisRejectionReason>, string>;

export const RejectedAnalysis = z.object({
  ...EVERY_ANALYSIS,
  status: z.literal("rejected"),
  source: Source,
  recipe: z.string().min(1),
  reason: AnalysisRejectionReason,
  reasonText: z.string().min(1),
  /** The hash of the limits at that time: under other limits the image may be accepted. */
  limits: z.string().min(1).optional(),
});
export type RejectedAnalysis = z.infer<typeof RejectedAnalysis>;

/** A tombstone, like `DeletedManifest`. */
export const DeletedAnalysis = z.object({
  ...EVERY_ANALYSIS,
  status: z.literal("deleted"),
  source: DeletedSource,
  versionOnly: z.boolean().optional(),
});
export type DeletedAnalysis = z.infer<typeof DeletedAnalysis>;

/** The analysis of an image, under `analysis/<image id>.json` in the processed bucket. */
export const Analysis = z.discriminatedUnion("status", [AnalyzedAnalysis, RejectedAnalysis, DeletedAnalysis]);
export type Analysis = z.infer<typeof Analysis>;
