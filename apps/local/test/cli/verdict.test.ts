import { readFileSync } from "node:fs";
import { ImageAnalyzed } from "@image-pipeline/schema";
import { expect, it } from "vitest";
import { toVerdict } from "../../src/cli/verdict.ts";

function golden(name: string): ImageAnalyzed {
  const file = new URL(`../../../../packages/schema/test/golden/${name}.json`, import.meta.url);
  return { ...ImageAnalyzed.parse(JSON.parse(readFileSync(file, "utf8"))), subject: "a.jpg" };
}

it("shows the verdict, the labels that made it so, and that it is no word of Rekognition", () => {
  expect(toVerdict(golden("image-analyzed.v1"), "simulated")).toBe(
    "analyzed    a.jpg                             quarantine: Violence (simulated)",
  );
});

it("shows why a picture could not be analysed, and lets no key act on the terminal", () => {
  const event = { ...golden("image-analyzed.v1.rejected"), subject: "\u001b[2J" };
  expect(toVerdict(event, "aws")).toBe(
    "analyzed    \\u{1b}[2J                         ANALYSIS_REFUSED: Rekognition refused the picture. Export it again from its original, then upload it.",
  );
});

it("says of no rejection by the engine that a stand-in made it", () => {
  const { data, ...event } = golden("image-analyzed.v1.rejected");
  const rejected = { ...event, data: { ...data, reason: "EMPTY_OBJECT" as const, reasonText: "No bytes." } };
  expect(toVerdict(rejected, "simulated")).toMatch(/EMPTY_OBJECT: No bytes\.$/);
  expect(toVerdict({ ...event, data }, "simulated")).toMatch(/ \(simulated\)$/);
});
