/** The analysis of an image in the processed bucket: labels, and the verdict of the config's rules. */
export {
  ANALYSIS_REJECTION_REASONS,
  Analysis,
  type AnalysisLabel,
  type AnalyzedAnalysis,
  type AppliedRule,
  type RejectedAnalysis,
} from "./messages/analysis.ts";
export { AnalysisRule, Verdict } from "./messages/analysis-rule.ts";
