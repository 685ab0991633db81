import { PipelineError } from "@image-pipeline/schema/processing";
import { expect, test } from "vitest";
import { MANIFESTS, requireAttempt } from "../src/documents.ts";

test("allows seven attempts against other writers, and fails after the eighth: MANIFEST_CONTENDED", () => {
  for (let attempt = 1; attempt < 8; attempt++) requireAttempt(attempt, MANIFESTS, "manifests/a.json");
  expect(() => requireAttempt(8, MANIFESTS, "manifests/a.json")).toThrow(
    new PipelineError("MANIFEST_CONTENDED", "manifests/a.json was changed by other writers 8 times in a row"),
  );
});

test.each(["not JSON", "{}"])("refuses a document of an unknown version: %s", (text) => {
  expect(() => MANIFESTS.parse("manifests/a.json", text)).toThrow(
    new PipelineError("MANIFEST_UNREADABLE", "manifests/a.json is not of a known version"),
  );
});
