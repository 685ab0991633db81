import { documentKind } from "@image-pipeline/lambda-kit";
import { Analysis, type AnalysisLabel } from "@image-pipeline/schema/analysis";

/** Analyses, as documents that a store keeps. */
export const ANALYSES = documentKind(Analysis, {
  unreadable: "ANALYSIS_UNREADABLE",
  contended: "ANALYSIS_CONTENDED",
});

/** The decision about an event, and the image's analysis afterwards. */
export interface AnalysisOutcome<Decision extends string = string> {
  decision: Decision;
  analysis?: Analysis | undefined;
}

/** The labels that a model found in a picture, and the version of the model. */
export interface Detection {
  model: string | undefined;
  labels: AnalysisLabel[];
}

/**
 * AWS charges for each call. A picture is a JPEG of 80 to 10,000 pixels a side and under 5 MB; confidences are in percent.
 *
 * @throws {PipelineError} `ANALYSIS_UNAVAILABLE`, `ANALYSIS_DENIED`, `ANALYSIS_MISCALLED`
 * @throws {PictureRefused} when the picture itself causes the error
 */
export interface Detector {
  labels(picture: Uint8Array, minConfidence: number): Promise<Detection>;
  moderation(picture: Uint8Array, minConfidence: number): Promise<Detection>;
}

/** A picture that the detector never accepts. */
export class PictureRefused extends Error {
  override readonly name = "PictureRefused";
}

export interface RenditionTags {
  /**
   * Adds a tag to an object and keeps its other tags. A missing object is ignored.
   *
   * @throws {PipelineError} `STORE_UNAVAILABLE`, `STORE_DENIED`
   */
  add(key: string, tag: { name: string; value: string }): Promise<void>;
}
