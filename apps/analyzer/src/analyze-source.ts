import { checkBytes, ImageRejection } from "@image-pipeline/imaging";
import { type InvocationClock, requireTime, type SourceStore, withinTime } from "@image-pipeline/lambda-kit";
import {
  ANALYSIS_REJECTION_REASONS,
  type AnalysisLabel,
  type AnalysisRule,
  type AnalyzedAnalysis,
  type AppliedRule,
  type RejectedAnalysis,
  Verdict,
} from "@image-pipeline/schema/analysis";
import type { AnalysisRecipe, Limits } from "@image-pipeline/schema/config";
import type { Source } from "@image-pipeline/schema/events";
import { type Detector, PictureRefused } from "./ports.ts";

export interface AnalyzePorts {
  sources: SourceStore;
  /** Makes the picture for the detector. @throws {ImageRejection} for every error that the source itself causes */
  derive: (source: Uint8Array, limits: Limits) => Promise<Uint8Array>;
  detector: Detector;
  recipe: AnalysisRecipe;
  limits: Limits;
  clock: InvocationClock;
}

/** The content of an analysis, without its image. */
export type Analyzed =
  | ({ status: "analyzed"; analyzeMs: number } & Pick<
      AnalyzedAnalysis,
      "verdict" | "rules" | "labels" | "moderation" | "models"
    >)
  | ({ status: "rejected" } & Pick<RejectedAnalysis, "reason" | "reasonText">);

/**
 * Reads the pinned source, sends the derived picture to the detector, and applies the rules to its answers.
 *
 * @throws {PipelineError} for any cause except the picture itself
 */
export async function analyzeSource(source: Source, ports: AnalyzePorts): Promise<Analyzed> {
  const { clock, limits, derive } = ports;
  try {
    checkBytes(source.size, limits);
    requireTime(clock, "to read the source");
    const { bytes } = await ports.sources.read(source);
    const purpose = "to decode";
    const picture = await withinTime({ clock, limits, purpose }, (leftLimits) => derive(bytes, leftLimits));
    requireTime(clock, "to ask for labels");
    return await detect(picture, ports);
  } catch (error) {
    if (error instanceof ImageRejection)
      return { status: "rejected", reason: error.reason, reasonText: error.message };
    if (error instanceof PictureRefused) return toRefused(error);
    throw error;
  }
}

async function detect(picture: Uint8Array, { detector, recipe, clock }: AnalyzePorts): Promise<Analyzed> {
  const startedAt = clock.now().getTime();
  const [labels, moderation] = await Promise.all([
    recipe.labels.enabled ? detector.labels(picture, recipe.labels.minConfidence) : undefined,
    recipe.moderation.enabled ? detector.moderation(picture, recipe.moderation.minConfidence) : undefined,
  ]);
  return {
    status: "analyzed",
    analyzeMs: clock.now().getTime() - startedAt,
    ...judge([...(labels?.labels ?? []), ...(moderation?.labels ?? [])], recipe.rules),
    ...(labels && { labels: labels.labels }),
    ...(moderation && { moderation: moderation.labels }),
    models: {
      ...(labels?.model && { labels: labels.model }),
      ...(moderation?.model && { moderation: moderation.model }),
    },
  };
}

/**
 * Applies the rules: each to labels of exactly its name, from its minimum confidence. The verdict is the strongest action of
 * the rules that apply (default: `allow`).
 */
export function judge(
  labels: readonly AnalysisLabel[],
  rules: readonly AnalysisRule[],
): { verdict: Verdict; rules: AppliedRule[] } {
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

function toRefused({ message }: PictureRefused): Analyzed {
  const reason = "ANALYSIS_REFUSED";
  return { status: "rejected", reason, reasonText: `${ANALYSIS_REJECTION_REASONS[reason]} (${message})` };
}
