import { imageUploaded } from "@image-pipeline/schema";
import { expect, it } from "vitest";
import { toWay } from "../../src/cli/workflow-way.ts";

const time = "2026-01-01T00:00:00.000Z";
const source = { bucket: "uploads", eTag: "e", versionId: null, size: 1, sequencer: "01" };
const bodyOf = (key: string) => JSON.stringify(imageUploaded({ ...source, key }, { time }));
const step = (state: string, milliseconds: number, error: string | null = null) => ({
  state,
  milliseconds,
  error,
});

it("shows an image's way through the workflow, with the time of each step", () => {
  const steps = [step("Inspect", 120), step("Render", 800), step("Publish", 60)];
  expect(toWay(bodyOf("review/a.jpg"), { steps, error: null })).toBe(
    "workflow    review/a.jpg                      Inspect 0.1 s → Render 0.8 s → Publish 0.1 s",
  );
});

it("shows what a step met with, and that the execution failed, and lets no key act on the terminal", () => {
  const steps = [step("Inspect", 120, "STORE_DENIED"), step("KeepFailed", 10)];
  expect(toWay(bodyOf("\u001b[2J"), { steps, error: "given up" })).toBe(
    "workflow    \\u{1b}[2J                         Inspect 0.1 s (STORE_DENIED) → KeepFailed 0.0 s → failed",
  );
});

it("shows an execution of a message that is none of ours", () => {
  expect(toWay("{}", { steps: [], error: "no" })).toMatch(
    /^workflow +a message that is none of ours +failed$/,
  );
});
