import {
  DetectLabelsCommand,
  DetectModerationLabelsCommand,
  type RekognitionClient,
} from "@aws-sdk/client-rekognition";
import type { AnalysisLabel } from "@image-pipeline/schema/analysis";
import { statusOf } from "@image-pipeline/schema/aws";
import { PipelineError } from "@image-pipeline/schema/processing";
import { type Detector, PictureRefused } from "./ports.ts";

const MAX_LABELS = 100;
/** Errors that the picture itself causes; a second attempt changes nothing. */
const REFUSALS = ["InvalidImageFormatException", "ImageTooLargeException"];
/** Errors of overload. All except the last have status 400 (docs.aws.amazon.com/rekognition/latest/dg/error-handling.html). */
const OVERLOADS = [
  "ThrottlingException",
  "ProvisionedThroughputExceededException",
  "LimitExceededException",
  "InternalServerError",
];
/** Errors of access, which the JSON 1.1 protocol sends with status 400 too. */
const DENIALS = [
  "AccessDeniedException",
  "UnrecognizedClientException",
  "InvalidSignatureException",
  "ExpiredTokenException",
];

/** Labels and moderation by Amazon Rekognition. Pictures are sent as bytes, so it does not read any bucket. */
export function rekognitionDetector(client: RekognitionClient): Detector {
  return {
    async labels(Bytes, MinConfidence) {
      const { Labels = [], LabelModelVersion } = await attempt("DetectLabels", () =>
        client.send(new DetectLabelsCommand({ Image: { Bytes }, MinConfidence, MaxLabels: MAX_LABELS })),
      );
      const labels = Labels.map(({ Name, Confidence, Parents = [] }) =>
        toLabel(
          Name,
          Confidence,
          Parents.flatMap((parent) => parent.Name ?? []),
        ),
      );
      return { model: LabelModelVersion, labels };
    },
    async moderation(Bytes, MinConfidence) {
      const { ModerationLabels = [], ModerationModelVersion } = await attempt("DetectModerationLabels", () =>
        client.send(new DetectModerationLabelsCommand({ Image: { Bytes }, MinConfidence })),
      );
      const parentOf = new Map(ModerationLabels.map(({ Name, ParentName }) => [Name, ParentName]));
      const labels = ModerationLabels.map(({ Name, Confidence }) =>
        toLabel(Name, Confidence, ancestors(Name, parentOf)),
      );
      return { model: ModerationModelVersion, labels };
    },
  };
}

function toLabel(name = "", confidence = 0, parents: string[] = []): AnalysisLabel {
  return { name, confidence, parents };
}

/** Rekognition names only the nearest parent, which is another label of the same answer. */
function ancestors(
  name: string | undefined,
  parentOf: ReadonlyMap<string | undefined, string | undefined>,
): string[] {
  const parent = parentOf.get(name);
  return parent ? [parent, ...ancestors(parent, parentOf)] : [];
}

async function attempt<Answer>(call: string, work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    throw toDetectorError(call, error);
  }
}

/** Maps errors by name, since nearly all have status 400. An error without name or status is an unreachable service. */
function toDetectorError(call: string, error: unknown): Error {
  const name = error instanceof Error ? error.name : "";
  const text = `${call}: ${error instanceof Error ? `${name}: ${error.message}` : error}`;
  if (REFUSALS.includes(name)) return new PictureRefused(text, { cause: error });
  const status = statusOf(error) ?? 500;
  if (DENIALS.includes(name) || status === 403)
    return new PipelineError("ANALYSIS_DENIED", text, { cause: error });
  const isTransient = OVERLOADS.includes(name) || status >= 500 || status === 429;
  return new PipelineError(isTransient ? "ANALYSIS_UNAVAILABLE" : "ANALYSIS_MISCALLED", text, {
    cause: error,
  });
}
