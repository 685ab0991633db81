import * as z from "zod";
import { AnalysisRule, Percent } from "../messages/analysis-rule.ts";
import { toHash } from "./canonical-json.ts";

const Detection = { enabled: z.boolean().default(true) };

/**
 * Rules for the top-level moderation labels of version 7
 * (docs.aws.amazon.com/rekognition/latest/dg/moderation-api.html); Rekognition returns every label together with its parents.
 */
const DEFAULT_RULES: z.input<typeof AnalysisRule>[] = [
  { label: "Explicit", action: "quarantine" },
  { label: "Violence", action: "quarantine" },
  { label: "Visually Disturbing", action: "quarantine" },
  { label: "Hate Symbols", action: "quarantine" },
  { label: "Non-Explicit Nudity of Intimate parts and Kissing", action: "flag" },
  { label: "Swimwear or Underwear", action: "flag" },
  { label: "Drugs & Tobacco", action: "flag" },
  { label: "Rude Gestures", action: "flag" },
];

/** The calls to Rekognition, and the rules for its labels. Confidences in percent. */
export const AnalysisRecipe = z.strictObject({
  labels: z.strictObject({ ...Detection, minConfidence: Percent.default(80) }).prefault({}),
  moderation: z.strictObject({ ...Detection, minConfidence: Percent.default(60) }).prefault({}),
  /** At least one picture over white and over black by both calls. */
  maxCallsPerImage: z.int().min(4).max(100).default(12),
  rules: z.array(AnalysisRule).default(z.array(AnalysisRule).parse(DEFAULT_RULES)),
});
export type AnalysisRecipe = z.infer<typeof AnalysisRecipe>;

/** Returns the recipe's hash: an image is not analysed, and paid for, again under an equal one. */
export function toAnalysisHash({ labels, moderation, maxCallsPerImage, rules }: AnalysisRecipe): string {
  return toHash({ labels, moderation, maxCallsPerImage, rules });
}

/** Returns the calls to Rekognition for each picture that is made of an image. */
export function callsPerPicture({
  labels,
  moderation,
}: Pick<AnalysisRecipe, "labels" | "moderation">): number {
  return [labels, moderation].filter(({ enabled }) => enabled).length;
}
