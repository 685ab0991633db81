import * as z from "zod";

/** A confidence or a threshold of Rekognition. */
export const Percent = z.number().min(0).max(100);

/** The action for an image with a label: none, a flag for reviewers, or its renditions are hidden. */
export const Verdict = z.enum(["allow", "flag", "quarantine"]);
export type Verdict = z.infer<typeof Verdict>;

/** A label, by the exact name that Rekognition gives it, and the action from a minimum confidence on. */
export const AnalysisRule = z.strictObject({
  label: z.string().min(1),
  minConfidence: Percent.default(80),
  action: Verdict,
});
export type AnalysisRule = z.infer<typeof AnalysisRule>;
