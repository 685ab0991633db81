import * as z from "zod";
import { AnalysisRule, Percent } from "../messages/analysis-rule.ts";
import { toHash } from "./canonical-json.ts";

const Detection = { enabled: z.boolean().default(true) };

/**
 * Rules for the top-level moderation labels of version 7
 * (docs.aws.amazon.com/rekognition/latest/dg/moderation-api.html); every label that Rekognition finds comes with those above it.
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

/** What is asked of Rekognition, and what follows from its answers. Confidences in percent. */
export const AnalysisRecipe = z.strictObject({
  labels: z.strictObject({ ...Detection, minConfidence: Percent.default(80) }).prefault({}),
  moderation: z.strictObject({ ...Detection, minConfidence: Percent.default(60) }).prefault({}),
  /** The strongest action of all rules that apply wins. */
  rules: z.array(AnalysisRule).default(z.array(AnalysisRule).parse(DEFAULT_RULES)),
});
export type AnalysisRecipe = z.infer<typeof AnalysisRecipe>;

/** The recipe's hash: the same image is not analysed, and paid for, again under an equal one. */
export function toAnalysisHash({ labels, moderation, rules }: AnalysisRecipe): string {
  return toHash({ labels, moderation, rules });
}
