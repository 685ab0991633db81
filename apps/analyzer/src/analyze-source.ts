import { checkBytes, ImageRejection } from "@image-pipeline/imaging";
import {
  type Clock,
  PipelineError,
  RESERVE_MILLISECONDS,
  requireTime,
  type SourceStore,
} from "@image-pipeline/lambda-kit";
import {
  ANALYSIS_REJECTION_REASONS,
  type AnalyzedAnalysis,
  type RejectedAnalysis,
  type Source,
} from "@image-pipeline/schema";
import type { AnalysisRecipe, Limits } from "@image-pipeline/schema/config";
import { judge } from "./judge.ts";
import { type Detector, PictureRefused } from "./ports.ts";

export interface AnalyzePorts {
  sources: SourceStore;
  /** The picture as the detector takes it. @throws {ImageRejection} for anything that the picture itself causes */
  derive: (source: Uint8Array, limits: Limits) => Promise<Uint8Array>;
  detector: Detector;
  recipe: AnalysisRecipe;
  limits: Limits;
  clock: Clock;
}

/** What an analysis says beyond whose it is. */
export type Analyzed =
  | ({ status: "analyzed"; analyzeMs: number } & Pick<
      AnalyzedAnalysis,
      "verdict" | "rules" | "labels" | "moderation" | "models"
    >)
  | ({ status: "rejected" } & Pick<RejectedAnalysis, "reason" | "reasonText">);

/**
 * Reads the pinned source, makes the picture that the detector takes, asks it, and judges its answers.
 *
 * @throws {PipelineError} for anything but the picture itself
 */
export async function analyzeSource(source: Source, ports: AnalyzePorts): Promise<Analyzed> {
  try {
    checkBytes(source.size, ports.limits);
    requireTime(ports.clock, "to read the source");
    const picture = await deriveInTime(await ports.sources.read(source), ports);
    requireTime(ports.clock, "to ask for labels");
    return await ask(picture, ports);
  } catch (error) {
    if (error instanceof ImageRejection)
      return { status: "rejected", reason: error.reason, reasonText: error.message };
    if (error instanceof PictureRefused) return toRefused(error);
    throw error;
  }
}

/** A picture is rejected only for the time it may take, never for time that others used up before it. */
async function deriveInTime(bytes: Uint8Array, { clock, derive, limits }: AnalyzePorts): Promise<Uint8Array> {
  requireTime(clock, "to decode");
  const leftSeconds = (clock.remainingMilliseconds() - RESERVE_MILLISECONDS) / 1000;
  const maxRenderSeconds = Math.max(1, Math.min(limits.maxRenderSeconds, leftSeconds));
  try {
    return await derive(bytes, { ...limits, maxRenderSeconds });
  } catch (error) {
    const isLate = error instanceof ImageRejection && error.reason === "RENDER_TIMEOUT";
    if (isLate && maxRenderSeconds < limits.maxRenderSeconds)
      throw new PipelineError("OUT_OF_TIME", `not decoded in the ${maxRenderSeconds} s that were left`);
    throw error;
  }
}

async function ask(picture: Uint8Array, { detector, recipe, clock }: AnalyzePorts): Promise<Analyzed> {
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

function toRefused({ message }: PictureRefused): Analyzed {
  const reason = "ANALYSIS_REFUSED";
  return { status: "rejected", reason, reasonText: `${ANALYSIS_REJECTION_REASONS[reason]} (${message})` };
}
