import type { ImageAnalyzed } from "@image-pipeline/schema";
import type { RekognitionChoice } from "../rekognition/rekognition.ts";
import { toPlainText } from "./report.ts";

/** One line for a person: what the rules make of a picture, by which labels, and whether Rekognition itself said so. */
export function toVerdict({ subject, data }: ImageAnalyzed, rekognition: RekognitionChoice): string {
  const { verdict, labels, reason, reasonText } = data;
  const what = verdict === null ? [reason, reasonText] : [verdict, labels.join(", ")];
  // What the engine rejects is never shown to Rekognition.
  const isItsWord = verdict !== null || reason === "ANALYSIS_REFUSED";
  const who = isItsWord && rekognition === "simulated" ? " (simulated)" : "";
  return [
    "analyzed".padEnd(10),
    toPlainText(subject).padEnd(32),
    `${what
      .filter(Boolean)
      .map((part) => toPlainText(part ?? ""))
      .join(": ")}${who}`,
  ].join("  ");
}
