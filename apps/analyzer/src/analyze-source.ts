import { checkBytes, checkMark, ImageRejection } from "@image-pipeline/imaging";
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
import { type AnalysisRecipe, callsPerPicture, type Limits } from "@image-pipeline/schema/config";
import type { Source } from "@image-pipeline/schema/events";
import { type Detection, type Detector, PictureRefused } from "./ports.ts";

/** The pictures that the detector is asked about. */
export interface Asked {
  limits: Limits;
  /** The most pictures, of which each costs a call for labels and one for moderation. */
  maxPictures: number;
}

export interface AnalyzePorts {
  sources: SourceStore;
  /** Makes the pictures for the detector. @throws {ImageRejection} for every error that the source itself causes */
  derive: (source: Uint8Array, asked: Asked) => Promise<readonly Uint8Array[]>;
  detector: Detector;
  recipe: AnalysisRecipe;
  limits: Limits;
  clock: InvocationClock;
}

/** The content of an analysis, without its image. */
export type Analyzed =
  | ({ status: "analyzed"; analyzeMs: number } & Pick<
      AnalyzedAnalysis,
      "verdict" | "rules" | "labels" | "moderation" | "calls" | "models"
    >)
  | ({ status: "rejected" } & Pick<RejectedAnalysis, "reason" | "reasonText">);

/**
 * Reads the pinned source, sends the pictures that are made of it to the detector, and applies the rules to all answers.
 *
 * @throws {PipelineError} for any cause except the picture itself
 */
export async function analyzeSource(source: Source, ports: AnalyzePorts): Promise<Analyzed> {
  const { clock, limits, recipe, derive } = ports;
  try {
    checkBytes(source.size, limits);
    requireTime(clock, "to read the source");
    const read = await ports.sources.read(source, limits.maxBytes);
    checkMark(read);
    const purpose = "to decode";
    const maxPictures = Math.floor(recipe.maxCallsPerImage / callsPerPicture(recipe));
    const pictures = await withinTime({ clock, limits, purpose }, (leftLimits) =>
      derive(read.bytes, { limits: leftLimits, maxPictures }),
    );
    return await detectAll(pictures, ports);
  } catch (error) {
    if (error instanceof ImageRejection)
      return { status: "rejected", reason: error.reason, reasonText: error.message };
    if (error instanceof PictureRefused) return toRefused(error);
    throw error;
  }
}

/** Asks about one picture after the other, until the verdict is the strongest that there is. */
async function detectAll(pictures: readonly Uint8Array[], ports: AnalyzePorts): Promise<Analyzed> {
  const { recipe, clock } = ports;
  const startedAt = clock.now().getTime();
  const found: Found[] = [];
  let judged = judge([], recipe.rules);
  for (const picture of pictures) {
    requireTime(clock, "to ask for labels");
    found.push(await detect(picture, ports));
    judged = judge(labelsOf(found), recipe.rules);
    if (judged.verdict === STRONGEST) break;
  }
  const [labels, moderation] = [unionOf(found, "labels"), unionOf(found, "moderation")];
  return {
    status: "analyzed",
    analyzeMs: clock.now().getTime() - startedAt,
    ...judged,
    ...(labels && { labels: labels.labels }),
    ...(moderation && { moderation: moderation.labels }),
    calls: found.length * callsPerPicture(recipe),
    models: {
      ...(labels?.model && { labels: labels.model }),
      ...(moderation?.model && { moderation: moderation.model }),
    },
  };
}

const STRONGEST = Verdict.options.at(-1);

/** The answers about one picture. */
interface Found {
  labels: Detection | undefined;
  moderation: Detection | undefined;
}

async function detect(picture: Uint8Array, { detector, recipe }: AnalyzePorts): Promise<Found> {
  const [labels, moderation] = await Promise.all([
    recipe.labels.enabled ? detector.labels(picture, recipe.labels.minConfidence) : undefined,
    recipe.moderation.enabled ? detector.moderation(picture, recipe.moderation.minConfidence) : undefined,
  ]);
  return { labels, moderation };
}

function labelsOf(found: readonly Found[]): AnalysisLabel[] {
  return found.flatMap(({ labels, moderation }) => [
    ...(labels?.labels ?? []),
    ...(moderation?.labels ?? []),
  ]);
}

/** Returns every label once, with the highest confidence of all pictures; undefined if the call is disabled. */
function unionOf(found: readonly Found[], call: keyof Found): Detection | undefined {
  const answers = found.flatMap((one) => one[call] ?? []);
  const [first] = answers;
  if (!first) return undefined;
  const best = new Map<string, AnalysisLabel>();
  for (const label of answers.flatMap(({ labels }) => labels)) {
    const known = best.get(label.name);
    if (!known || label.confidence > known.confidence) best.set(label.name, label);
  }
  return { model: first.model, labels: [...best.values()].toSorted((a, b) => b.confidence - a.confidence) };
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
