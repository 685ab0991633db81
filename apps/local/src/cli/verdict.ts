import type { ImageAnalyzed } from "@image-pipeline/schema/events";
import { toPlainText } from "@image-pipeline/schema/plain-text";
import type { RekognitionChoice } from "../rekognition/rekognition.ts";

/** The outcome of an analysis in a few words, such as `allow (simulated)` or `quarantine: Violence`. */
export function toVerdict({ data }: Pick<ImageAnalyzed, "data">, rekognition: RekognitionChoice): string {
  const { verdict, labels, reason, reasonText } = data;
  const parts = verdict === null ? [reason, reasonText] : [verdict, labels.join(", ")];
  const text = parts.filter((part) => part !== undefined && part !== "").join(": ");
  // The engine's own rejections reach no Rekognition, so nothing about them is simulated.
  const isRekognitions = verdict !== null || reason === "ANALYSIS_REFUSED";
  return toPlainText(text) + (isRekognitions && rekognition === "simulated" ? " (simulated)" : "");
}
