import { readFileSync } from "node:fs";
import { ImageAnalyzed } from "@image-pipeline/schema/events";
import { expect, it } from "vitest";
import { toVerdict } from "../../src/cli/verdict.ts";

function golden(name: string): ImageAnalyzed {
  const file = new URL(`../../../../packages/schema/test/golden/${name}.json`, import.meta.url);
  return { ...ImageAnalyzed.parse(JSON.parse(readFileSync(file, "utf8"))), subject: "a.jpg" };
}

it("shows the verdict, the labels that led to it, and that Rekognition was simulated", () => {
  expect(toVerdict(golden("image-analyzed.v1"), "simulated")).toBe("quarantine: Violence (simulated)");
  expect(toVerdict(golden("image-analyzed.v1"), "aws")).toBe("quarantine: Violence");
});

it("shows why an image could not be analysed", () => {
  expect(toVerdict(golden("image-analyzed.v1.rejected"), "aws")).toBe(
    "ANALYSIS_REFUSED: Rekognition refused the picture. Export it again from its original, then upload it.",
  );
});

it("marks no rejection by the engine as simulated", () => {
  const { data } = golden("image-analyzed.v1.rejected");
  const rejected = { data: { ...data, reason: "EMPTY_OBJECT" as const, reasonText: "No bytes." } };
  expect(toVerdict(rejected, "simulated")).toMatch(/EMPTY_OBJECT: No bytes\.$/);
  expect(toVerdict({ data }, "simulated")).toMatch(/ \(simulated\)$/);
});
