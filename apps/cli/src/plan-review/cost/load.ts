import { callsPerPicture, type Pipeline } from "@image-pipeline/schema/config";
import { renditionsPerImage } from "../../s3-requests.ts";

/** Seconds until a webhook's receiver has answered. */
export const SECONDS_PER_WEBHOOK = 0.5;

/** What a month's uploads ask of an environment. */
export interface Load {
  imagesPerMonth: number;
  workerSecondsPerImage: number;
  /** Seconds in which the analyzer waits for Rekognition, mostly. */
  analyzerSecondsPerImage: number;
  /** Share of the images that the workflow processes, from 0 to 1. */
  workflowShare: number;
  renditionsPerImage: number;
  rekognitionCallsPerImage: number;
  /** Pictures that CloudFront delivers, and their mean size. */
  deliveriesPerMonth: number;
  kilobytesPerDelivery: number;
}

/** Returns the load that a config expects. */
export function toLoad({
  load,
  presets,
  analysis,
  workflow,
}: Pick<Pipeline, "load" | "presets" | "analysis" | "workflow">): Load {
  const { workflowPercent, picturesPerAnalysis, ...rest } = load;
  return {
    ...rest,
    workflowShare: workflow.enabled ? workflowPercent / 100 : 0,
    renditionsPerImage: renditionsPerImage(presets),
    rekognitionCallsPerImage: Math.min(
      analysis.maxCallsPerImage,
      callsPerPicture(analysis) * picturesPerAnalysis,
    ),
  };
}
