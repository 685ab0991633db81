import type { AnalysisRule } from "@image-pipeline/schema";
import { type AnalysisLabel, type AppliedRule, Verdict } from "@image-pipeline/schema";

/** What the rules make of an image: the strongest action of those that apply, `allow` where none does. */
export interface Judgement {
  verdict: Verdict;
  rules: AppliedRule[];
}

/** A rule applies where a label of exactly its name was found with its least confidence, or more. */
export function judge(labels: readonly AnalysisLabel[], rules: readonly AnalysisRule[]): Judgement {
  const applied = rules.flatMap((rule) => {
    const found = labels.filter(
      ({ name, confidence }) => name === rule.label && confidence >= rule.minConfidence,
    );
    return found.length > 0
      ? [{ ...rule, confidence: Math.max(...found.map(({ confidence }) => confidence)) }]
      : [];
  });
  const strongest = Math.max(0, ...applied.map(({ action }) => Verdict.options.indexOf(action)));
  return { verdict: Verdict.options[strongest] ?? "allow", rules: applied };
}
