import { documentKind } from "@image-pipeline/lambda-kit";
import { Analysis, type AnalysisLabel } from "@image-pipeline/schema";

/** Analyses, as documents that a store keeps. */
export const ANALYSES = documentKind(Analysis, {
  unreadable: "ANALYSIS_UNREADABLE",
  contended: "ANALYSIS_CONTENDED",
});

/** What a model saw in a picture, and which version of it that was. */
export interface Detection {
  model: string | undefined;
  labels: AnalysisLabel[];
}

/**
 * Each call is paid for. A picture is a JPEG of 80 to 10,000 pixels a side and under 5 MB; confidences are in percent.
 *
 * @throws {PipelineError} `ANALYSIS_UNAVAILABLE`, `ANALYSIS_DENIED`, `ANALYSIS_MISCALLED`
 * @throws {PictureRefused} for what the picture itself causes
 */
export interface Detector {
  labels(picture: Uint8Array, minConfidence: number): Promise<Detection>;
  moderation(picture: Uint8Array, minConfidence: number): Promise<Detection>;
}

/** A picture that the detector will never take. */
export class PictureRefused extends Error {
  override readonly name = "PictureRefused";
}

export interface RenditionTags {
  /**
   * Tags an object and keeps the tags it has. One that is gone needs none.
   *
   * @throws {PipelineError} `STORE_UNAVAILABLE`, `STORE_DENIED`
   */
  add(key: string, tag: { name: string; value: string }): Promise<void>;
}
